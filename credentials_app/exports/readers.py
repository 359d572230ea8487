"""What other programs would do with an image or a file: their rules differ from ours. Pure.

- docker finds a login by the host alone: docker/cli cli/config/configfile/file.go.
- podman and skopeo take the longest key at a border of `/`: containers-auth.json(5).
- The kubelet compares strings: the key `host/team` also fits `host/team-b/app`, and all that fit
  are tried in turn, in reverse order: kubernetes pkg/credentialprovider/keyring.go.

All of them compare ports as text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials_app.resolver import Candidate, Resolution
from registry.addresses.origins import DOCKER_HUB, Origin


def host_key(origin: Origin) -> str:
    """The server as image names and files have it; Docker Hub as `docker.io`."""
    return "docker.io" if origin == DOCKER_HUB else origin.netloc


def path_key(candidate: Candidate) -> str:
    """The server, and the repository if the credential is for one."""
    return key_of(candidate.origin, candidate.repository)


def key_of(origin: Origin, repository: str) -> str:
    """The server, and the repository if it is not empty."""
    host = host_key(origin)
    return f"{host}/{repository}" if repository else host


def names_of(candidates: Iterable[Candidate]) -> str:
    """Their names in one line."""
    return ", ".join(each.name for each in candidates)


@dataclass(frozen=True)
class ReaderView:
    """What one program would do with the image. ``agrees``: it uses the credential that we name."""

    program: str | Promise
    agrees: bool
    words: str


def readers_of(resolution: Resolution) -> list[ReaderView]:
    """What each kind of program would do if it had every credential of the server."""
    winner = resolution.winner
    if winner is None:
        return []
    others = [each for each, _because in resolution.lost]
    return [
        _podman(resolution, winner),
        _docker(winner, others),
        _kubelet(resolution, winner, others),
    ]


PODMAN = "podman, skopeo, buildah"
DOCKER = "docker"
KUBERNETES = gettext_lazy("Kubernetes (pull secret)")


def _podman(resolution: Resolution, winner: Candidate) -> ReaderView:
    host = host_key(winner.origin)
    if resolution.image.server != host:
        words = _("Finds nothing: it compares ports as text. Write the image as %(name)s.")
        name = f"{host}/{resolution.image.repository}"
        return ReaderView(PODMAN, False, words % {"name": name})
    return ReaderView(PODMAN, True, _("The same credential: its rule is ours."))


def _docker(winner: Candidate, others: Sequence[Candidate]) -> ReaderView:
    host = host_key(winner.origin)
    if others:
        words = _(
            "Knows the host alone: a file for %(host)s can have %(name)s or another, not both."
        )
        return ReaderView(DOCKER, False, words % {"host": host, "name": winner.name})
    if winner.repository:
        words = _("Uses it for every image of %(host)s, not only for %(repository)s.")
        told = words % {"host": host, "repository": winner.repository}
        return ReaderView(DOCKER, True, told)
    return ReaderView(DOCKER, True, _("The same credential: it is the only one of its host."))


def _kubelet(resolution: Resolution, winner: Candidate, others: Sequence[Candidate]) -> ReaderView:
    image = str(resolution.image)
    fitting = [each for each in (winner, *others) if image.startswith(path_key(each))]
    fitting.sort(key=path_key, reverse=True)
    if not fitting:
        words = _("Finds nothing: it compares ports as text.")
        return ReaderView(KUBERNETES, False, words)
    if len(fitting) == 1:
        return ReaderView(KUBERNETES, True, _("The same credential."))
    tried = names_of(fitting)
    words = _("Compares strings, and tries in turn: %(names)s.") % {"names": tried}
    return ReaderView(KUBERNETES, fitting[0] == winner, words)


def doubled(keys: Iterable[str]) -> list[str]:
    """The keys that come more than once, in order."""
    return sorted(key for key, count in Counter(keys).items() if count > 1)


def also_fits(candidate: Candidate, all_of_workspace: Iterable[Candidate]) -> list[Candidate]:
    """The other credentials whose images the kubelet would also try this one for, because their
    names begin with the same letters and no `/` follows."""
    key = path_key(candidate)
    return [
        each
        for each in all_of_workspace
        if candidate.repository
        and each.pk != candidate.pk
        and path_key(each).startswith(key)
        and path_key(each)[len(key) :][:1] not in {"", "/"}
    ]
