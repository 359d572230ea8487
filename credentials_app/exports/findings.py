"""What is wrong with a file before it is made: what cannot be right, and what surprises. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from credentials_app.exports.files import KEYS, FileFormat, fits_files
from credentials_app.exports.readers import also_fits, host_key, names_of
from credentials_app.resolver import Candidate
from credentials_app.serving import Wish, why_not

ACCESS_KEY = re.compile(r"A[KS]IA[A-Z0-9]{12,}")
BY_HOST = frozenset({FileFormat.DOCKER, FileFormat.GITLAB})
MOST_NAMED = 3


@dataclass(frozen=True)
class FileFinding:
    """A sentence about a file. ``refuses``: the file is not made."""

    words: str
    refuses: bool = False


def findings_of(
    chosen: Sequence[tuple[Candidate, str]],
    kind: FileFormat,
    others: Iterable[Candidate],
    *,
    wish: Wish,
) -> list[FileFinding]:
    """What is to be said of a file of this kind with these credentials and their user names.

    ``others``: the other credentials of the workspace at the same servers.
    """
    candidates = [candidate for candidate, _username in chosen]
    found = [*_of_status(candidates, wish), *_of_usernames(chosen), *_of_keys(candidates, kind)]
    if any(each.refuses for each in found):
        return [each for each in found if each.refuses]
    return [*found, *_of_reach(candidates, kind), *_of_strings(candidates, kind, others)]


def _of_status(candidates: Iterable[Candidate], wish: Wish) -> Iterator[FileFinding]:
    for each in candidates:
        asked = Wish.PUSH if each.push and wish is Wish.PUSH else Wish.PULL
        reason = why_not(each.label, push=each.push, wish=asked)
        if reason:
            yield FileFinding(f"{each.name}: {_(reason.words)}", refuses=True)


def _of_usernames(chosen: Iterable[tuple[Candidate, str]]) -> Iterator[FileFinding]:
    for each, username in chosen:
        if not fits_files(username):
            words = _(
                "%(name)s: a user name that is empty or has a colon fits into no file, and would "
                "break the whole file for docker. Correct it first."
            )
            yield FileFinding(words % {"name": each.name}, refuses=True)
        elif ACCESS_KEY.fullmatch(username):
            words = _(
                "%(name)s is an access key, with which docker cannot sign in. Use Amazon's "
                "docker-credential-ecr-login where it is needed."
            )
            yield FileFinding(words % {"name": each.name}, refuses=True)


def _of_keys(candidates: Iterable[Candidate], kind: FileFormat) -> Iterator[FileFinding]:
    """Two credentials under one key: a file has only one of them."""
    by_key: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_key[KEYS[kind](each)].append(each)
    for key, several in sorted(by_key.items()):
        if len(several) == 1:
            continue
        parts = {"key": key, "names": names_of(several)}
        if kind in BY_HOST and len({each.repository for each in several}) > 1:
            words = _(
                "%(names)s have the same host, and this file knows a credential by its host alone. "
                "Make one file for each, or auth.json of podman, or use the credential helper."
            )
        else:
            words = _("%(names)s have the same place in the file, %(key)s. Choose one of them.")
        yield FileFinding(words % parts, refuses=True)


def _of_reach(candidates: Iterable[Candidate], kind: FileFormat) -> Iterator[FileFinding]:
    """A credential for one repository in a file that knows hosts alone."""
    for each in candidates:
        if kind in BY_HOST and each.repository:
            words = _("%(name)s is used for every image of %(host)s, not only for %(repository)s.")
            parts = {"name": each.name, "repository": each.repository}
            yield FileFinding(words % {**parts, "host": host_key(each.origin)})
        if not each.origin.is_https:
            words = _(
                "%(name)s is for a server without encryption: docker and podman use it only if "
                "their own settings allow http there."
            )
            yield FileFinding(words % {"name": each.name})


def _of_strings(
    candidates: Iterable[Candidate], kind: FileFormat, others: Iterable[Candidate]
) -> Iterator[FileFinding]:
    """The kubelet compares strings, so that a key reaches further than its repository."""
    if kind is not FileFormat.KUBERNETES:
        return
    known = list(others)
    for each in candidates:
        beside = also_fits(each, known)
        if beside:
            words = _(
                "The kubelet compares strings: it also tries %(name)s for images of %(names)s, "
                "which begin with the same letters."
            )
            yield FileFinding(words % {"name": each.name, "names": names_of(beside[:MOST_NAMED])})
