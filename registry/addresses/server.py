"""Parse the server that a person types; raises :class:`AddressError` with a sentence."""

import re
from dataclasses import dataclass

from registry.addresses.hosts import AddressError, parse_authority
from registry.addresses.origins import DEFAULT_PORTS, DOCKER_HUB, DOCKER_HUB_NAMES, Origin

MAX_CHARACTERS = 2048
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
# What Helm, Flux and skopeo write in front of a registry that they reach by https.
SAME_AS_HTTPS = frozenset({"oci", "docker"})
SEGMENT = re.compile(r"(?!\.+$)[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Server:
    """A registry as a person typed it. ``path`` is a namespace for display; we never request it."""

    origin: Origin
    path: str = ""

    @property
    def display(self) -> str:
        """The text of the origin for people, without the path."""
        return self.origin.display


def parse_server(text: str, *, allow_http: bool = False) -> Server:
    """Read a server as a person types or pastes it.

    Takes `host`, `host:port` or an https URL; with ``allow_http`` an http URL too. A prefix
    `oci://` or `docker://` means https. Docker's aliases become Docker Hub's registry. Drops `/v1`
    and `/v2` at the end and keeps any other path as the namespace. Raises :class:`AddressError`
    with a sentence for each cause. :mod:`registry.egress.guard` judges later which ports and
    addresses we may call. Source:
    RFC 3986; normalization as docker/cli does for its config.json.
    """
    typed = text.strip(" \t\r\n\u00a0")
    _refuse_signs(typed)
    scheme, rest = _split_scheme(typed)
    if scheme == "http" and not allow_http:
        raise AddressError("address_http")
    authority, _, path = rest.partition("/")
    host, port = parse_authority(authority, default_port=DEFAULT_PORTS[scheme])
    origin = Origin(scheme, host, port)
    if host in DOCKER_HUB_NAMES and origin.is_https and port == 443:
        origin = DOCKER_HUB
    return Server(origin, _namespace(path))


def _refuse_signs(typed: str) -> None:
    causes = (
        ("address_empty", not typed),
        ("address_too_long", len(typed) > MAX_CHARACTERS),
        ("address_space", any(sign.isspace() for sign in typed if sign >= " ")),
        ("address_control", not typed.isprintable()),
        ("address_user_info", "@" in typed.replace("@sha256:", "")),
        ("address_backslash", "\\" in typed),
        ("address_percent", "%" in typed),
        ("address_query", "?" in typed),
        ("address_fragment", "#" in typed),
    )
    for key, applies in causes:
        if applies:
            raise AddressError(key)


def _split_scheme(typed: str) -> tuple[str, str]:
    found = SCHEME.match(typed)
    if found is None:
        if re.match(r"https?:", typed, re.IGNORECASE):
            raise AddressError("address_slashes")
        return "https", typed
    scheme = found.group(1).lower()
    if scheme in SAME_AS_HTTPS:
        scheme = "https"
    if scheme not in DEFAULT_PORTS:
        raise AddressError("address_scheme")
    return scheme, typed[found.end() :]


def _namespace(path: str) -> str:
    segments = path.rstrip("/").split("/") if path.rstrip("/") else []
    if segments and segments[-1] in {"v1", "v2"}:
        segments.pop()
    if not all(SEGMENT.fullmatch(segment) for segment in segments):
        raise AddressError("address_path")
    return "/".join(segments)
