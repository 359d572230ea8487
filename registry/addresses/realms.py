"""Parse the realm that a registry names; raises :class:`AddressError` unless it is strict."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from registry.addresses.hosts import AddressError, parse_authority
from registry.addresses.origins import DEFAULT_PORTS, Origin

MAX_BYTES = 2048
MAX_QUERY_FIELDS = 32
# We alone set these fields: a scope in a realm could make Quay create a repository.
OURS = frozenset({"scope", "account", "client_id", "offline_token", "access_type", "grant_type"})
URL = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE)
PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*")


class HttpOnAnotherName(AddressError):
    """A sign-in by plain http on another host, for which nobody allowed http."""

    def __init__(self, origin: Origin) -> None:
        super().__init__("address_realm_http", "two_names")
        self.origin = origin


@dataclass(frozen=True)
class Realm:
    """The URL of a registry's sign-ins. ``query`` is decoded; the sender encodes it again."""

    origin: Origin
    path: str
    query: tuple[tuple[str, str], ...] = ()


def parse_realm(
    text: str, *, registry: Origin, http_realms: frozenset[Origin] = frozenset()
) -> Realm:
    """Read the `realm` of a Bearer challenge, which is foreign text.

    Takes the realm's text, the registry that named it, and the sign-in origins for which http is
    allowed. Accepts only an absolute https URL of at most 2 KiB; http only if the registry itself
    is http, and the host is its own or the origin is one of these. Drops the fields of its query
    that ask for something (a scope, a refresh token). Raises :class:`AddressError`.
    :mod:`registry.flows.recipients` judges whether this origin may get the password, which an IP
    address other than the registry's own never does by itself. Source: distribution's
    docs/content/spec/auth/token.md; RFC 3986.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise AddressError("address_realm_long")
    if not text.isascii() or not text.isprintable() or set(text) & set(' \\"<>^`{|}'):
        raise AddressError("address_realm_unreadable")
    parts = URL.fullmatch(text)
    if parts is None:
        raise AddressError("address_realm_relative", "" if text else "missing")
    scheme, authority, path, query, fragment = parts.groups(default="")
    _refuse_realm(scheme.lower(), authority, path, fragment)
    origin = _realm_origin(scheme.lower(), authority, registry, http_realms)
    return Realm(origin, path or "/", _realm_query(query[1:]))


def _refuse_realm(scheme: str, authority: str, path: str, fragment: str) -> None:
    if scheme not in DEFAULT_PORTS:
        raise AddressError("address_realm_scheme")
    if "@" in authority:
        raise AddressError("address_realm_user_info")
    if fragment:
        raise AddressError("address_realm_fragment")
    if not PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise AddressError("address_realm_unreadable")


def _realm_origin(
    scheme: str, authority: str, registry: Origin, http_realms: frozenset[Origin]
) -> Origin:
    try:
        host, port = parse_authority(authority, default_port=DEFAULT_PORTS[scheme])
    except AddressError:
        raise AddressError("address_realm_host", _fault_of(authority)) from None
    origin = Origin(scheme, host, port)
    if scheme == "http" and registry.is_https:
        raise AddressError("address_realm_http")
    if scheme == "http" and host != registry.host and origin not in http_realms:
        raise HttpOnAnotherName(origin)
    return origin


def _fault_of(authority: str) -> str:
    """What a server that does not know its own address writes instead of a host; else empty."""
    host, *ports = authority.split(":")
    if not host:
        return "empty"
    return "port_twice" if len(ports) > 1 and not authority.startswith("[") else ""


def _realm_query(query: str) -> tuple[tuple[str, str], ...]:
    try:
        fields = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS
        )
    except ValueError:
        raise AddressError("address_realm_unreadable") from None
    return tuple(field for field in fields if field[0] not in OURS)
