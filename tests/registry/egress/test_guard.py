"""The guard's table: the addresses, names and ports that we may call."""

from ipaddress import IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy, Ruling, judge_address, judge_name, may_allow_http
from registry.egress.networks import NEVER, PRIVATE
from tests.hostile.addresses import edges_of

PUBLIC = ["8.8.8.8", "1.1.1.1", "198.17.255.255", "2606:4700::1111", "2a00:1450:4001::1"]
EVERYTHING_PRIVATE = parse_allow_list("10.0.0.0/8:* 127.0.0.0/8:* [fc00::/7]:* 100.64.0.0/10:*")


def ruling(address: str, policy: Policy | None = None, **changes: object) -> Ruling:
    asked = {"scheme": "https", "host": "registry.example.org", "port": 443} | changes
    return judge_address(policy or Policy(), address=address, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", [a for a in edges_of(NEVER) if a != "::1"])
def test_what_is_never_called_stays_closed_to_every_setting(address: str) -> None:
    by_name = parse_allow_list("registry.example.org:*")
    for allowed in ((), EVERYTHING_PRIVATE, by_name):
        assert not ruling(address, Policy(allowed=allowed)).allowed


@pytest.mark.parametrize("address", edges_of(PRIVATE))
def test_a_private_address_is_closed_without_an_entry(address: str) -> None:
    assert not ruling(address).allowed


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_open(address: str) -> None:
    assert ruling(address) == Ruling(allowed=True, private=False)


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "allowed"),
    [
        ("registry.corp", "registry.corp", 443, "10.1.2.3", True),
        ("registry.corp", "registry.corp", 5000, "10.1.2.3", False),
        ("registry.corp:5000", "registry.corp", 5000, "10.1.2.3", True),
        ("registry.corp:5000", "registry.corp", 443, "10.1.2.3", False),
        ("registry.corp:*", "registry.corp", 22, "10.1.2.3", True),
        ("registry.corp:*", "other.corp", 22, "10.1.2.3", False),
        ("registry.corp:*", "registry.corp", 443, "169.254.169.254", False),
        ("registry.corp:*", "registry.corp", 443, "fd00:ec2::254", False),
        ("10.1.0.0/16", "any.example", 443, "10.1.2.3", True),
        ("10.1.0.0/16", "any.example", 443, "10.2.2.3", False),
        ("10.1.0.0/16:5000", "any.example", 5000, "10.1.2.3", True),
        ("10.1.0.0/16:5000", "any.example", 443, "10.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", 443, "10.1.2.3", True),
        ("10.1.2.3", "any.example", 443, "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", 443, "10.1.2.4", False),
        ("[fd00::/8]:5000", "any.example", 5000, "fd12::1", True),
        ("[fd00::/8]:5000", "any.example", 5000, "fd00:ec2::254", False),
        ("fd00::/8", "any.example", 443, "fd12::1", True),
        ("::1", "localhost", 443, "::1", True),
        ("[::1]:*", "localhost", 5000, "::1", True),
        ("100.64.0.0/10", "any.example", 443, "100.64.0.1", True),
        ("100.64.0.0/10", "any.example", 443, "100.100.100.200", False),
        ("0.0.0.1.example:*", "0.0.0.1.example", 443, "0.0.0.1", False),
    ],
)
def test_an_entry_opens_what_it_names_and_nothing_else(
    entry: str, host: str, port: int, address: str, allowed: bool
) -> None:
    policy = Policy(allowed=parse_allow_list(entry))
    found = ruling(address, policy, host=host, port=port)
    assert found.allowed is allowed
    assert found.private or not allowed


@pytest.mark.parametrize("port", [443, 1024, 5000, 5050, 8443, 65535])
def test_ports_of_public_registries_are_open(port: int) -> None:
    assert ruling("8.8.8.8", port=port).allowed


CLOSED = """0 1 22 25 80 444 1023 65536 2049 2375 2376 2380 3306 4045 5060 5061 5432 6000 6379
    6443 6566 6660 6669 6697 8500 9092 9200 9300 10080 10250 10255 11211 27017"""


@pytest.mark.parametrize("port", [int(port) for port in CLOSED.split()])
def test_ports_of_other_services_are_closed_on_public_servers(port: int) -> None:
    opened = Policy(allowed=parse_allow_list("8.8.8.8:*"))
    assert not ruling("8.8.8.8", opened, port=port).allowed


@pytest.mark.parametrize("port", [80, 443, 5000])
def test_http_is_for_allowed_private_addresses_only(port: int) -> None:
    policy = Policy(allowed=EVERYTHING_PRIVATE)
    assert not ruling("8.8.8.8", policy, scheme="http", port=port).allowed
    assert ruling("10.0.0.1", policy, scheme="http", port=port).allowed
    assert not ruling("192.168.0.1", policy, scheme="http", port=port).allowed
    assert not ruling("10.0.0.1", policy, scheme="ftp", port=port).allowed


def test_own_listeners_are_closed_even_when_their_network_is_allowed() -> None:
    own = frozenset({("127.0.0.1", 5432), ("10.0.0.9", 6379)})
    policy = Policy(allowed=EVERYTHING_PRIVATE, own=own)
    assert not ruling("127.0.0.1", policy, port=5432).allowed
    assert not ruling("10.0.0.9", policy, port=6379).allowed
    assert ruling("127.0.0.1", policy, port=5433).allowed
    assert ruling("10.0.0.8", policy, port=6379).allowed


def test_a_listener_on_every_address_closes_its_port_on_this_machine_only() -> None:
    policy = Policy(allowed=EVERYTHING_PRIVATE, own=frozenset({("0.0.0.0", 8000)}))
    assert not ruling("127.3.2.1", policy, port=8000).allowed
    assert not ruling("10.0.0.9", policy, port=8000, is_here=True).allowed
    assert ruling("10.0.0.9", policy, port=8000).allowed
    assert ruling("10.0.0.9", policy, port=8001, is_here=True).allowed


def test_with_a_list_of_only_hosts_every_other_name_is_closed() -> None:
    policy = Policy(allowed=EVERYTHING_PRIVATE, only_hosts=frozenset({"registry.example.org"}))
    assert ruling("8.8.8.8", policy).allowed
    assert not ruling("8.8.8.8", policy, host="elsewhere.example.org").allowed
    assert not ruling("10.0.0.1", policy, host="10.0.0.1").allowed


def test_behind_nat64_the_embedded_address_is_judged() -> None:
    policy = Policy(nat64_prefix=IPv6Network("64:ff9b::/96"))
    assert ruling("64:ff9b::808:808", policy).allowed
    assert not ruling("64:ff9b::7f00:1", policy).allowed
    assert not ruling("64:ff9b::a9fe:a9fe", policy).allowed
    assert not ruling("64:ff9b::808:808").allowed
    with pytest.raises(ValueError, match="/96"):
        Policy(nat64_prefix=IPv6Network("64:ff9b:1::/48"))


@pytest.mark.parametrize(
    "text", ["", "localhost", "127.1", "0x7f000001", "fe80::1%lo", "fd00::1%1"]
)
def test_what_is_no_plain_address_is_closed(text: str) -> None:
    assert ruling(text, Policy(allowed=EVERYTHING_PRIVATE)) == Ruling(allowed=False)


@given(st.text(max_size=40), st.integers(), st.text(max_size=20))
def test_judging_never_raises(address: str, port: int, host: str) -> None:
    assert isinstance(ruling(address, port=port, host=host), Ruling)


@given(st.ip_addresses())
def test_an_open_address_is_in_no_forbidden_block(address: object) -> None:
    if ruling(str(address)).allowed:
        assert not any(address in block for block in NEVER + PRIVATE)


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("registry.example.org", 443, True),
        ("registry.example.org", 22, False),
        ("registry.corp", 22, True),
        ("10.0.0.1", 443, True),
        ("169.254.169.254", 443, False),
        ("192.168.0.1", 443, False),
    ],
)
def test_for_a_proxy_names_and_literal_addresses_are_judged(
    host: str, port: int, allowed: bool
) -> None:
    policy = Policy(allowed=(*EVERYTHING_PRIVATE, *parse_allow_list("registry.corp:22")))
    assert judge_name(policy, scheme="https", host=host, port=port).allowed is allowed
    assert not judge_name(policy, scheme="http", host="registry.corp", port=22).allowed


@pytest.mark.parametrize(
    ("host", "port", "allowed", "only", "may"),
    [
        ("10.1.2.3", 5000, "10.0.0.0/8:5000", (), True),
        ("10.1.2.3", 5001, "10.0.0.0/8:5000", (), False),
        ("10.1.2.3", 5000, "", (), False),
        ("8.8.8.8", 80, "8.8.8.0/24:80", (), False),
        ("169.254.169.254", 80, "10.0.0.0/8:*", (), False),
        ("registry.corp.example", 80, "", (), False),
        ("registry.corp.example", 80, "registry.corp.example:80", (), True),
        ("registry.corp.example", 80, "other.corp.example:80", (), False),
        ("registry.corp.example", 80, "10.0.0.0/8:*", (), True),
        ("registry.corp.example", 80, "10.0.0.0/8", (), False),
        ("registry.corp.example", 80, "10.0.0.0/8:*", ("other.example",), False),
    ],
)
def test_http_is_given_up_without_dns_only_where_no_address_can_do(
    host: str, port: int, allowed: str, only: tuple[str, ...], may: bool
) -> None:
    policy = Policy(allowed=parse_allow_list(allowed), only_hosts=frozenset(only))
    assert may_allow_http(policy, host=host, port=port) is may
