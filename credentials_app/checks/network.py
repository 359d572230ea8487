"""The network policy of checks, from the operator's settings; it refuses our own sockets."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from registry.addresses.origins import Origin
from registry.egress.allow_list import (
    AllowListError,
    parse_allow_list,
    parse_nat64,
    parse_only_hosts,
)
from registry.egress.guard import Policy, may_allow_http

LookUp = Callable[[str, int], Sequence[tuple[Any, Any]]]
DEFAULT_PORTS = {"postgresql": 5432, "redis": 6379, "rediss": 6379}
PARSERS: dict[str, Callable[[str], object]] = {
    "LOCKKEEPER_PRIVATE_NETWORKS": parse_allow_list,
    "LOCKKEEPER_ONLY_HOSTS": parse_only_hosts,
    "LOCKKEEPER_NAT64_PREFIX": parse_nat64,
}
"""The settings that say which addresses checks may connect to, and the parser of each."""


def faults() -> Iterator[tuple[str, str]]:
    """The settings that cannot be parsed: the name of each, and a sentence."""
    for name, parse in PARSERS.items():
        try:
            parse(getattr(settings, name))
        except AllowListError as wrong:
            yield name, f"{name} has an invalid entry: {wrong}"


def policy(look_up: LookUp) -> Policy:
    """The policy of this process: the allowed private networks, the only allowed hosts (if the
    operator lists any), and our own sockets."""
    ours = (
        (settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT),
        _database(),
        _queue(settings.REDIS_URL),
    )
    return _policy(_configured(), ours, look_up)


def may_reach_over_http(origin: Origin) -> bool:
    """False if the operator's settings allow http to no address of this server."""
    known = _policy(_configured(), (), _looks_nothing_up)
    return may_allow_http(known, host=origin.host, port=origin.port)


def _configured() -> tuple[str, str, str]:
    return (
        settings.LOCKKEEPER_PRIVATE_NETWORKS,
        settings.LOCKKEEPER_ONLY_HOSTS,
        settings.LOCKKEEPER_NAT64_PREFIX,
    )


def _looks_nothing_up(_host: str, _port: int) -> Sequence[tuple[Any, Any]]:
    """For a policy without sockets of ours: a page does not wait for a name server."""
    return ()


@lru_cache(maxsize=8)
def _policy(
    configured: tuple[str, str, str], ours: tuple[tuple[str, int], ...], look_up: LookUp
) -> Policy:
    networks, hosts, prefix = configured
    own = frozenset(address for host, port in ours for address in _addresses(host, port, look_up))
    return Policy(
        allowed=parse_allow_list(networks),
        own=own,
        only_hosts=parse_only_hosts(hosts),
        nat64_prefix=parse_nat64(prefix),
    )


def _database() -> tuple[str, int]:
    database = settings.DATABASES["default"]
    host = str(database.get("HOST") or "")
    if "postgresql" not in database["ENGINE"] or host.startswith("/"):
        return "", 0
    return host or "127.0.0.1", int(database.get("PORT") or DEFAULT_PORTS["postgresql"])


def _queue(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return "", 0
    return parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]


def _addresses(host: str, port: int, look_up: LookUp) -> set[tuple[str, int]]:
    """Every address of one of our hosts. A host without an address needs no refusal: no check
    can connect to it."""
    if not host:
        return set()
    try:
        return {(str(ip_address(host)), port)}
    except ValueError:
        pass
    try:
        return {(str(address[0]), port) for _, address in look_up(host, port)}
    except OSError:
        return set()
