"""The network policy of checks, from the operator's settings; it refuses our own sockets."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from common import own_sockets
from common.own_sockets import LookUp
from registry.addresses.origins import Origin
from registry.egress.allow_list import (
    AllowListError,
    parse_allow_list,
    parse_nat64,
    parse_only_hosts,
)
from registry.egress.guard import Policy, may_allow_http

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
    return _policy(_configured(), own_sockets.named(), look_up)


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
    return Policy(
        allowed=parse_allow_list(networks),
        own=own_sockets.addresses(ours, look_up),
        only_hosts=parse_only_hosts(hosts),
        nat64_prefix=parse_nat64(prefix),
    )
