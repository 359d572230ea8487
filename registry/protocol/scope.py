"""Parse scopes, and the repository that a person types; raises :class:`RepositoryError`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from registry.addresses.origins import DOCKER_HUB, DOCKER_HUB_NAMES, Origin
from registry.words.message import Message

MAX_NAME = 255
OFFICIAL = "library/"
PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
TYPE = re.compile(r"[a-z0-9]+(?:\([a-z0-9]+\))?")
ACTION = re.compile(r"[a-z]+|\*")


class RepositoryError(ValueError):
    """A text that is no repository name. ``message`` tells a person why, and what to do."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.message = Message.of(key)


@dataclass(frozen=True)
class Scope:
    """`type:name:actions`, such as `repository:group/project:pull,push`.

    ``actions`` are sorted and unique. ``name`` may hold colons (a host with its port).
    Source: distribution's docs/content/spec/auth/scope.md.
    """

    type: str
    name: str
    actions: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read one scope, split at its first and last colon; None when it is no scope."""
        kind, _, rest = text.partition(":")
        name, colon, actions = rest.rpartition(":")
        wanted = sorted(set(actions.split(",")))
        if not colon or not name.isprintable() or not name or " " in name:
            return None
        if not TYPE.fullmatch(kind) or not all(ACTION.fullmatch(action) for action in wanted):
            return None
        return cls(kind, name, tuple(wanted))

    def __str__(self) -> str:
        return f"{self.type}:{self.name}:{','.join(self.actions)}"


def parse_scopes(text: str) -> tuple[Scope, ...]:
    """Read the space-separated scopes of a challenge, without the parts that are none."""
    found = (Scope.parse(part) for part in text.split(" "))
    return tuple(scope for scope in found if scope is not None)


def repository_scope(name: str, actions: Iterable[str]) -> Scope:
    """The scope of these actions (`pull`, `push`) on this repository."""
    return Scope("repository", name, tuple(sorted(set(actions))))


def repository_name(text: str, *, server: Origin | None = None) -> str:
    """The canonical name of the repository that a person typed.

    Takes the text and, if known, the server: a text that starts with the server loses that part,
    and a name of one part at Docker Hub is one of its official images, below `library`. Returns
    lower-case parts joined by `/`, at most 255 characters; raises :class:`RepositoryError` with a
    sentence for each cause. Accepts capitals, because web pages show a project's path as its owner
    typed it and the registry wants it in lower case.
    Source: OCI distribution-spec, "Pulling manifests", the grammar of `<name>`.
    """
    name = _without_server(text.strip(" \t\r\n\u00a0").strip("/").lower(), server)
    if server == DOCKER_HUB and name and "/" not in name:
        name = OFFICIAL + name
    causes = (
        ("repository_empty", not name),
        ("repository_long", len(name) > MAX_NAME),
        ("repository_scheme", "://" in name),
        ("repository_digest", "@" in name),
        ("repository_server", ":" in name.partition("/")[0] and "/" in name),
        ("repository_tag", ":" in name),
        ("repository_slashes", "//" in name),
        ("repository_letters", not all(PART.fullmatch(part) for part in name.split("/"))),
    )
    for key, applies in causes:
        if applies:
            raise RepositoryError(key)
    return name


def _without_server(name: str, server: Origin | None) -> str:
    if server is None:
        return name
    own = DOCKER_HUB_NAMES if server == DOCKER_HUB else {server.netloc, server.host}
    first, slash, rest = name.removeprefix("https://").partition("/")
    return rest.strip("/") if slash and first in own else name
