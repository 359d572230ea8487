"""Our own sockets: where we listen, the database and the queue. No call of ours may reach them."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

LookUp = Callable[[str, int], Sequence[tuple[Any, Any]]]
Socket = tuple[str, int]
DEFAULT_PORTS = {"postgresql": 5432, "redis": 6379, "rediss": 6379}


def named() -> tuple[Socket, ...]:
    """Host and port of each, as the settings name them; an empty host for one without a port."""
    listens = (settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT)
    return listens, _database(), _queue(settings.REDIS_URL)


def addresses(sockets: Iterable[Socket], look_up: LookUp) -> frozenset[Socket]:
    """Every address of these sockets.

    A host without an address needs no refusal: nothing can connect to it.
    """
    return frozenset(
        address for host, port in sockets for address in _addresses(host, port, look_up)
    )


def _database() -> Socket:
    database = settings.DATABASES["default"]
    host = str(database.get("HOST") or "")
    if "postgresql" not in database["ENGINE"] or host.startswith("/"):
        return "", 0
    return host or "127.0.0.1", int(database.get("PORT") or DEFAULT_PORTS["postgresql"])


def _queue(url: str) -> Socket:
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return "", 0
    return parts.hostname, parts.port or DEFAULT_PORTS[parts.scheme]


def _addresses(host: str, port: int, look_up: LookUp) -> set[Socket]:
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
