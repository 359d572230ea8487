"""Judge whether we may call an address for a name and port; refuse if uncertain. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from registry.addresses.hosts import is_address
from registry.egress.allow_list import AllowEntry
from registry.egress.networks import Address, is_never, is_open_port, is_private

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # compared with, never listened on


@dataclass(frozen=True)
class Policy:
    """The operator's rules for connections. A NAT64 prefix that is no /96 raises ``ValueError``.

    ``allowed`` opens private networks. ``own`` holds (address, port) of our own listeners, database
    and queue; `0.0.0.0` and `::` mean every address of this machine. If ``only_hosts`` has names,
    we may call no other. For an address in ``nat64_prefix`` (a /96, RFC 6052) the guard judges the
    IPv4 address in its last 32 bits.
    """

    allowed: tuple[AllowEntry, ...] = ()
    own: frozenset[tuple[str, int]] = frozenset()
    only_hosts: frozenset[str] = frozenset()
    nat64_prefix: IPv6Network | None = None

    def __post_init__(self) -> None:
        if self.nat64_prefix is not None and self.nat64_prefix.prefixlen != 96:
            raise ValueError("The NAT64 prefix must be a /96.")

    def names(self, host: str) -> bool:
        """True if the allow list has an entry for exactly this name."""
        return any(entry.host == host for entry in self.allowed if entry.host)


@dataclass(frozen=True)
class Ruling:
    """``allowed``: we may connect. ``private``: only the allow list can allow the address."""

    allowed: bool
    private: bool = False


REFUSED = Ruling(allowed=False)


def judge_address(
    policy: Policy, *, scheme: str, host: str, port: int, address: str, is_here: bool = False
) -> Ruling:
    """Judge one address that ``host`` resolved to.

    Takes the canonical host, the port and the address as text; ``is_here``: the address belongs to
    this machine. Allows http for private addresses only. Refuses an unreadable address. Never
    raises.
    """
    target = _read(policy, address)
    if target is None or not _is_named(policy, host):
        return REFUSED
    if is_never(target) or _is_own(policy, target, port, is_here=is_here):
        return REFUSED
    if not is_private(target):
        return Ruling(allowed=scheme == "https" and is_open_port(port))
    opened = any(entry.opens(host, target, port) for entry in policy.allowed)
    return Ruling(allowed=opened and scheme in {"http", "https"}, private=True)


def may_allow_http(policy: Policy, *, host: str, port: int) -> bool:
    """True unless the policy refuses http to every address that ``host`` could have. Never raises.

    A name can be judged only where the policy has neither its name nor a block of addresses.
    """
    if is_address(host):
        ruling = judge_address(policy, scheme="http", host=host, port=port, address=host)
        return ruling.allowed
    on_port = [entry for entry in policy.allowed if entry.port in (None, port)]
    return _is_named(policy, host) and any(e.block or e.host == host for e in on_port)


def judge_name(policy: Policy, *, scheme: str, host: str, port: int) -> Ruling:
    """Judge a name that an egress proxy resolves. Never raises.

    For an address this is :func:`judge_address`; of a name it judges only ``only_hosts`` and the
    port.
    """
    if is_address(host):
        return judge_address(policy, scheme=scheme, host=host, port=port, address=host)
    named = any(e.host == host and e.port in (None, port) for e in policy.allowed if e.host)
    is_open = scheme == "https" and (named or is_open_port(port))
    return Ruling(allowed=is_open and _is_named(policy, host))


def _read(policy: Policy, text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        if policy.nat64_prefix is not None and address in policy.nat64_prefix:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_named(policy: Policy, host: str) -> bool:
    return not policy.only_hosts or host in policy.only_hosts


def _is_own(policy: Policy, address: Address, port: int, *, is_here: bool) -> bool:
    addresses = {own for own, own_port in policy.own if own_port == port}
    is_here = is_here or address.is_loopback
    return str(address) in addresses or (is_here and not addresses.isdisjoint(ANYWHERE))
