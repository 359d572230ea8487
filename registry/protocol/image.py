"""Reads the name of an image as docker does: server, repository, and neither tag nor digest.

Source: distribution/reference, normalize.go: the first part is a server if it has a dot, a colon or
a capital, or is `localhost`; else the image is Docker Hub's, and a single part is below `library`.
"""

import re
from dataclasses import dataclass

from registry.addresses.hosts import AddressError, parse_authority
from registry.addresses.origins import DEFAULT_PORTS, DOCKER_HUB, DOCKER_HUB_NAMES, Origin
from registry.protocol.scope import RepositoryError, repository_name
from registry.words.message import Message

PREFIX = re.compile(r"(?:docker|oci|https?)://")
TAG = re.compile(r":[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\Z")
DIGEST = re.compile(r"@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,}\Z")
MAX_LENGTH = 1024


class ImageError(ValueError):
    """A text that names no image. ``message`` tells a person why, and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.key)
        self.message = message


@dataclass(frozen=True)
class ImageName:
    """``port`` None: the name has none. ``repository`` empty: the name is that of a server."""

    host: str
    port: int | None
    repository: str

    @property
    def server(self) -> str:
        """The server as the name has it; Docker Hub as `docker.io`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The servers that the name can mean; without a port it means the usual one."""
        if self.host == "docker.io":
            return (DOCKER_HUB,)
        return tuple(
            Origin(scheme, self.host, self.port or usual) for scheme, usual in DEFAULT_PORTS.items()
        )

    def __str__(self) -> str:
        return f"{self.server}/{self.repository}" if self.repository else self.server


def parse_image(text: str) -> ImageName:
    """Read `host[:port]/a/b[:tag][@digest]`, or a name at Docker Hub.

    A prefix such as `docker://` is dropped. Raises :class:`ImageError`, also for a server alone.
    """
    typed = PREFIX.sub("", text.strip(" \t\r\n\u00a0"), count=1)
    if not typed:
        raise ImageError(Message.of("image_empty"))
    if len(typed) > MAX_LENGTH:
        raise ImageError(Message.of("image_long"))
    name = DIGEST.sub("", typed)
    first, slash, rest = name.partition("/")
    if not slash and "." in first.partition(":")[0]:
        raise ImageError(Message.of("image_is_server"))
    if not slash or not _is_server(first):
        return ImageName("docker.io", None, _repository(TAG.sub("", name), DOCKER_HUB))
    host, port = _server(first)
    is_hub = host == "docker.io"
    return ImageName(host, port, _repository(TAG.sub("", rest), DOCKER_HUB if is_hub else None))


def parse_server_name(text: str) -> ImageName:
    """Read what a credential helper is asked for: `host[:port]`, `host/a/b`, or an https address.

    Docker asks for Docker Hub as `https://index.docker.io/v1/`. Raises :class:`ImageError`.
    """
    typed = PREFIX.sub("", text.strip(), count=1)
    if not typed:
        raise ImageError(Message.of("image_empty"))
    if len(typed) > MAX_LENGTH:
        raise ImageError(Message.of("image_long"))
    first, _slash, rest = typed.partition("/")
    host, port = _server(first)
    path = rest.strip("/")
    if path in {"", "v1", "v2"}:
        return ImageName(host, port, "")
    is_hub = host == "docker.io"
    return ImageName(host, port, _repository(path, DOCKER_HUB if is_hub else None))


def repository_prefix(text: str) -> str:
    """A server with or without a path, as `str` of an image name begins: `docker.io/team`.

    Unlike an image of Docker Hub a single part of a path is no name below `library`. Raises
    :class:`ImageError` for all else, such as a name with a tag, a pattern or a bare word.
    """
    typed = PREFIX.sub("", text.strip(), count=1).rstrip("/")
    first, _slash, path = typed.partition("/")
    if len(typed) > MAX_LENGTH or not _is_server(first):
        raise ImageError(Message.of("image_is_server"))
    host, port = _server(first)
    is_whole = not path or (host == "docker.io" and path == "v1")
    usual = None if port == DEFAULT_PORTS["https"] else port
    return str(ImageName(host, usual, "" if is_whole else _repository(path, None)))


def _is_server(first: str) -> bool:
    return "." in first or ":" in first or first == "localhost" or first != first.lower()


def _server(text: str) -> tuple[str, int | None]:
    """The canonical host and the port, if there is one; Docker's aliases are `docker.io`."""
    try:
        host, port = parse_authority(text, default_port=0)
    except AddressError as fault:
        raise ImageError(fault.message) from None
    if host in DOCKER_HUB_NAMES and port in {0, DEFAULT_PORTS["https"]}:
        return "docker.io", None
    return host, port or None


def _repository(text: str, server: Origin | None) -> str:
    try:
        return repository_name(text, server=server)
    except RepositoryError as fault:
        raise ImageError(fault.message) from None
