"""Parse the operator's egress settings; raises :class:`AllowListError`. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address, ip_network

from registry.addresses.hosts import AddressError, is_address, normalize_host
from registry.egress.networks import Address, Block, touches_never

MAX_ENTRIES = 200
DEFAULT_PORT = 443
ANY_PORT = "*"
PORT = re.compile(r"[1-9][0-9]{0,4}")


class AllowListError(ValueError):
    """An entry that is not valid. ``entry`` is its text; the sentence names it too."""

    def __init__(self, entry: str, cause: str) -> None:
        super().__init__(f"{entry!r}: {cause}")
        self.entry = entry


@dataclass(frozen=True)
class AllowEntry:
    """A host name or a block of addresses that we may call on one port (None: on any)."""

    host: str = ""
    block: Block | None = None
    port: int | None = DEFAULT_PORT

    def opens(self, host: str, address: Address, port: int) -> bool:
        """True if it allows ``host``, resolved to ``address``, on ``port``."""
        if self.port not in (None, port):
            return False
        return address in self.block if self.block is not None else host == self.host


def parse_allow_list(entries: str | Iterable[str]) -> tuple[AllowEntry, ...]:
    """Read entries `host[:port]` and `CIDR[:port]`; `:*` is any port, none is 443.

    Takes a text (entries separated by commas or blanks) or several texts. An IPv6 block with a port
    needs brackets: `[fd00::/8]:5000`. Raises :class:`AllowListError` for more than 200 entries, for
    one that does not parse, and for one that contains addresses which no setting can allow.
    """
    texts = re.split(r"[\s,]+", entries) if isinstance(entries, str) else list(entries)
    named = [text.strip() for text in texts if text.strip()]
    if len(named) > MAX_ENTRIES:
        raise AllowListError(named[MAX_ENTRIES], f"there are more than {MAX_ENTRIES} entries.")
    return tuple(parse_entry(text) for text in named)


def parse_only_hosts(entries: str) -> frozenset[str]:
    """Read the only names or addresses that we may call, separated by commas or blanks.

    They have no scheme and no port. Raises :class:`AllowListError`.
    """
    return frozenset(_host(text) for text in re.split(r"[\s,]+", entries) if text)


def parse_nat64(text: str) -> IPv6Network | None:
    """Read the prefix under which a network translates IPv4 (RFC 6052); empty text: None.

    Raises :class:`AllowListError` for anything but an IPv6 /96.
    """
    if not text:
        return None
    try:
        prefix = IPv6Network(text)
    except ValueError:
        raise AllowListError(text, "is no IPv6 network (are bits set behind the mask?).") from None
    if prefix.prefixlen != 96:
        raise AllowListError(text, "is no /96, the only length whose end is the IPv4 address.")
    return prefix


def parse_entry(text: str) -> AllowEntry:
    """Read one entry; raises :class:`AllowListError`."""
    target, port = _split(text)
    if "/" not in target and ":" not in target and not is_address(target):
        return AllowEntry(host=_name(target, text), port=_port(port, text))
    block = _block(target, text)
    if touches_never(block):
        raise AllowListError(text, "reaches addresses that can never be allowed.")
    return AllowEntry(block=block, port=_port(port, text))


def _host(text: str) -> str:
    try:
        return ip_address(text).compressed if ":" in text else normalize_host(text)
    except ValueError:
        raise AllowListError(
            text, "is no host name or address; leave scheme and port out."
        ) from None


def _split(text: str) -> tuple[str, str | None]:
    """The target, and the text of the port (None: there is none)."""
    if text.startswith("["):
        target, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")) or ":" not in target:
            raise AllowListError(text, "brackets hold an IPv6 address or block, then :port.")
        return target, rest[1:] if rest else None
    if text.count(":") > 1:
        return text, None
    target, colon, port = text.partition(":")
    return target, port if colon else None


def _port(port: str | None, text: str) -> int | None:
    if port is None:
        return DEFAULT_PORT
    if port == ANY_PORT:
        return None
    if not PORT.fullmatch(port) or int(port) > 65535:
        raise AllowListError(text, "the port is a number from 1 to 65535, or *.")
    return int(port)


def _name(target: str, text: str) -> str:
    try:
        return normalize_host(target)
    except AddressError:
        raise AllowListError(text, "is no host name, address or network.") from None


def _block(target: str, text: str) -> Block:
    try:
        if "%" not in target:
            return ip_network(target)
    except ValueError:
        pass
    raise AllowListError(text, "is no address or network (are bits set behind the mask?).")
