"""The addresses and ports that we never call, or only if the operator allows them. Pure."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Block = IPv4Network | IPv6Network


def _blocks(*texts: str) -> tuple[Block, ...]:
    return tuple(ip_network(text) for text in texts)


# Single services inside ranges that are usable otherwise: the clouds' metadata servers and
# Azure's host. An allow list may contain the range around them, but never opens them.
METADATA = _blocks(
    "100.100.100.200/32",  # Alibaba
    "168.63.129.16/32",  # Azure
    "192.0.0.192/32",  # Oracle
    "fd00:ec2::/32",  # Amazon, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/
    "fd20:ce::254/128",  # Google
)

# https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 sister: this host,
# link-local, multicast, reserved, and every range that wraps an IPv4 address.
UNCALLABLE = _blocks(
    "0.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",  # apart from ::1
    "::ffff:0:0/96",
    "::ffff:0:0:0/96",
    "2001::/23",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
NEVER = UNCALLABLE + METADATA

PRIVATE = _blocks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "::1/128",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001:db8::/32",
    "2620:4f:8000::/48",
    "fc00::/7",
)
LOOPBACK_6 = IPv6Address("::1")

# Ports below 1024 are closed except 443. These above it belong to databases, queues and control
# planes, or are ports that browsers refuse (https://fetch.spec.whatwg.org/#port-blocking).
CLOSED_PORTS = frozenset(
    {2049, 3306, 4045, 5060, 5061, 5432, 6000, 6379, 6443, 6566, 6697, 8500, 9092, 9200, 9300}
    | {10080, 10250, 10255, 11211, 27017}
    | set(range(2375, 2381))
    | set(range(6660, 6670))
)


def is_never(address: Address) -> bool:
    """True if no setting can open this address."""
    return address != LOOPBACK_6 and any(address in block for block in NEVER)


def is_private(address: Address) -> bool:
    """True if only the allow list can open this address."""
    return any(address in block for block in PRIVATE)


def is_open_port(port: int) -> bool:
    """True if we may call a public server on this port over https."""
    return port == 443 or (1024 <= port <= 65535 and port not in CLOSED_PORTS)


def touches_never(block: Block) -> bool:
    """True if a block of the allow list contains addresses that we never call.

    The metadata services are inside private ranges that operators rightly allow: a block around
    one of them is valid (the service stays closed), a block inside one is not.
    """
    if block == ip_network(LOOPBACK_6):
        return False
    if any(block.overlaps(closed) for closed in UNCALLABLE):
        return True
    return any(_inside(block, closed) for closed in METADATA)


def _inside(block: Block, outer: Block) -> bool:
    return (
        block.version == outer.version
        and block.overlaps(outer)
        and (block.prefixlen >= outer.prefixlen)
    )
