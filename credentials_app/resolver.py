"""Which credential an image gets in a workspace, and why. Pure.

The rule is that of podman and skopeo: the longest prefix of the image's name wins, at the borders
of `/`. Among credentials with the same prefix decide, in this order: https before http, the need,
the status, and the newest secret. Source: containers-auth.json(5).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.serving import SERVED, WhyNot, Wish, why_not
from credentials_app.status import EXPIRING, Status
from registry.addresses.origins import Origin
from registry.protocol.image import ImageName

ORDER = (Status.VALID.value, EXPIRING.key, Status.UNVERIFIED.value, Status.UNPROVED.value)


@dataclass(frozen=True)
class Candidate:
    """What decides about one credential. ``label``: the key of the label that its badge shows."""

    pk: UUID
    name: str
    origin: Origin
    repository: str
    push: bool
    label: str
    stored_at: datetime


class Because(StrEnum):
    """What decided for a credential, or against it."""

    ALONE = "alone"
    LONGEST = "longest"
    ENCRYPTED = "encrypted"
    NEED = "need"
    STATUS = "status"
    NEWEST = "newest"
    NAME = "name"
    ELSEWHERE = "elsewhere"

    @property
    def won(self) -> str | Promise:
        """Why the winner won."""
        return _WON[self]

    @property
    def lost(self) -> str | Promise:
        """Why another one lost."""
        return _LOST[self]


_WON: dict[Because, str | Promise] = {
    Because.ALONE: _("No other credential of this workspace is for this image."),
    Because.LONGEST: _("Its repository is the longest one that contains the image."),
    Because.ENCRYPTED: _("Its server is reached by https."),
    Because.NEED: _("Its need is the one that is asked for."),
    Because.STATUS: _("Its status is the best."),
    Because.NEWEST: _("Its secret was stored last."),
    Because.NAME: _("Its name comes first: all else is equal."),
    Because.ELSEWHERE: "",
}
_LOST: dict[Because, str | Promise] = {
    Because.ALONE: "",
    Because.LONGEST: _("Its repository contains the image, but it is shorter."),
    Because.ENCRYPTED: _("Its server is reached by plain http."),
    Because.NEED: _("It has the same repository, and its need is not the one that is asked for."),
    Because.STATUS: _("It has the same repository and need, and a worse status."),
    Because.NEWEST: _("It has the same repository, need and status, and an older secret."),
    Because.NAME: _("All is equal; its name comes later."),
    Because.ELSEWHERE: _("It is for another repository of this server."),
}


@dataclass(frozen=True)
class Resolution:
    """The credential that the image gets, what decided, and the others of the same server.

    ``winner`` None: no credential is for this image. ``refused``: why the winner is not served.
    """

    image: ImageName
    wish: Wish
    winner: Candidate | None
    because: Because
    refused: WhyNot | None
    lost: tuple[tuple[Candidate, Because], ...]


def resolve(
    image: ImageName, candidates: Iterable[Candidate], *, wish: Wish = Wish.PULL
) -> Resolution:
    """Decide. A status never lets a shorter repository win: the same image always asks for the same
    prefix, and one that may not be served is refused with its reason."""
    here = [each for each in candidates if each.origin in image.origins]
    fitting = sorted(
        (each for each in here if contains(each.repository, image.repository)),
        key=lambda each: tuple(rank(each, wish) for _because, rank in RANKS),
    )
    elsewhere = [
        (each, Because.ELSEWHERE) for each in sorted(here, key=_by_name) if each not in fitting
    ]
    if not fitting:
        return Resolution(image, wish, None, Because.ELSEWHERE, None, tuple(elsewhere))
    winner, *others = fitting
    lost = [(each, _difference(winner, each, wish)) for each in others]
    because = lost[0][1] if lost else Because.ALONE
    refused = why_not(winner.label, push=winner.push, wish=wish)
    return Resolution(image, wish, winner, because, refused, (*lost, *elsewhere))


def resolve_server(
    server: ImageName, candidates: Iterable[Candidate], *, wish: Wish = Wish.PULL
) -> Resolution:
    """Decide for a server alone, as docker asks: what is for the whole server wins; else what is
    for its repository, if that is only one; several are refused, because any could be wrong."""
    here = [each for each in candidates if each.origin in server.origins]
    repositories = {each.repository for each in here}
    if not repositories or "" in repositories:
        return resolve(server, here, wish=wish)
    if len(repositories) > 1:
        lost = [(each, Because.ELSEWHERE) for each in sorted(here, key=_by_name)]
        return Resolution(server, wish, None, Because.ELSEWHERE, WhyNot.SEVERAL, tuple(lost))
    return resolve(replace(server, repository=repositories.pop()), here, wish=wish)


def contains(prefix: str, repository: str) -> bool:
    """True if the repository is the prefix or lies below it; the empty prefix contains all."""
    return not prefix or repository == prefix or repository.startswith(f"{prefix}/")


def lies_within(key: str, prefixes: Iterable[str]) -> bool:
    """True if this server with its path lies within one of the prefixes, or there are none."""
    known = [prefix.rstrip("/") for prefix in prefixes]
    return not known or any(contains(prefix, key) for prefix in known)


def _by_name(candidate: Candidate) -> str:
    return candidate.name.lower()


def _by_status(candidate: Candidate) -> int:
    return ORDER.index(candidate.label) if candidate.label in SERVED else len(ORDER)


RANKS: tuple[tuple[Because, Callable[[Candidate, Wish], int | float | str]], ...] = (
    (Because.LONGEST, lambda each, _wish: -len(each.repository)),
    (Because.ENCRYPTED, lambda each, _wish: not each.origin.is_https),
    (Because.NEED, lambda each, wish: each.push is not (wish is Wish.PUSH)),
    (Because.STATUS, lambda each, _wish: _by_status(each)),
    (Because.NEWEST, lambda each, _wish: -each.stored_at.timestamp()),
    (Because.NAME, lambda each, _wish: _by_name(each)),
)
"""What decides, in order; the smaller value wins."""


def _difference(winner: Candidate, other: Candidate, wish: Wish) -> Because:
    """The first rule by which the two differ."""
    for because, rank in RANKS:
        if rank(winner, wish) != rank(other, wish):
            return because
    return Because.NAME
