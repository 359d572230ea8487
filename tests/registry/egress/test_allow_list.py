"""The operator's allow list: the entries that parse, and the error of each bad one."""

from ipaddress import IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.egress.allow_list import (
    AllowEntry,
    AllowListError,
    parse_allow_list,
    parse_nat64,
    parse_only_hosts,
)


def test_entries_come_from_one_text_or_from_several() -> None:
    one = parse_allow_list(" registry.corp:5000, 10.0.0.0/8:*\n[::1] ")
    assert one == parse_allow_list(["registry.corp:5000", "10.0.0.0/8:*", "", "[::1]"])
    assert [entry.port for entry in one] == [5000, None, 443]
    assert parse_allow_list("") == ()


def test_a_name_is_kept_in_its_canonical_form() -> None:
    assert parse_allow_list("Registry.CORP") == (AllowEntry(host="registry.corp", port=443),)
    assert parse_allow_list("bücher.example")[0].host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("entry", "cause"),
    [
        ("10.0.0.1/8", "mask"),
        ("10.0.0.0/33", "network"),
        ("*.example.org", "host name"),
        ("*", "host name"),
        ("registry.corp:0", "port"),
        ("registry.corp:65536", "port"),
        ("registry.corp:http", "port"),
        ("registry.corp:", "port"),
        ("registry.corp:05000", "port"),
        ("https://registry.corp", "port"),
        ("user@registry.corp", "host name"),
        ("127.1", "host name"),
        ("0x7f000001", "host name"),
        ("2130706433", "host name"),
        ("registry..corp", "host name"),
        ("registry.corp.", "host name"),
        ("[fd00::/8", "brackets"),
        ("[fd00::/8]5000", "brackets"),
        ("[10.0.0.0/8]:5000", "brackets"),
        ("[fe80::1%eth0]:443", "network"),
        ("fd00::/8:5000", "network"),
        ("0.0.0.0/0:*", "never"),
        ("::/0", "never"),
        ("0.0.0.0", "never"),
        ("169.254.169.254", "never"),
        ("169.254.0.0/16", "never"),
        ("168.0.0.0/5", "never"),
        ("100.100.100.200", "never"),
        ("192.0.0.192:80", "never"),
        ("fd00:ec2::254", "never"),
        ("[fd00:ec2::/40]:443", "never"),
        ("fd20:ce::254", "never"),
        ("[::ffff:10.0.0.1]:443", "never"),
        ("2002:7f00:1::/48", "never"),
        ("fe80::/10", "never"),
        ("224.0.0.1", "never"),
    ],
)
def test_a_bad_entry_is_named_and_told_why(entry: str, cause: str) -> None:
    with pytest.raises(AllowListError, match=cause) as refused:
        parse_allow_list(["10.0.0.0/8", entry])
    assert refused.value.entry == entry
    assert repr(entry) in str(refused.value)


def test_the_list_has_an_end() -> None:
    entries = [f"10.0.0.{n}:{p}" for n in range(100) for p in (443, 5000)]
    assert len(parse_allow_list(entries)) == 200
    with pytest.raises(AllowListError, match="more than 200"):
        parse_allow_list([*entries, "10.1.0.0"])


def test_hosts_that_alone_may_be_called_are_kept_in_their_canonical_form() -> None:
    written = " Registry.CORP, 10.0.0.5\n2001:DB8:0:0::1 bücher.example"
    expected = {"registry.corp", "10.0.0.5", "2001:db8::1", "xn--bcher-kva.example"}
    assert parse_only_hosts(written) == expected
    assert parse_only_hosts(" \n") == frozenset()


@pytest.mark.parametrize(
    "entry",
    ["registry.corp:5000", "https://registry.corp", "*.corp", "10.0.0.0/8", "[::1]", "127.1"],
)
def test_a_host_with_more_than_its_name_is_told(entry: str) -> None:
    with pytest.raises(AllowListError, match="leave scheme and port out") as refused:
        parse_only_hosts(f"registry.example.org, {entry}")
    assert refused.value.entry == entry


def test_a_nat64_prefix_is_a_network_or_nothing() -> None:
    assert parse_nat64("64:ff9b::/96") == IPv6Network("64:ff9b::/96")
    assert parse_nat64("") is None


@pytest.mark.parametrize(
    ("prefix", "cause"),
    [
        ("64:ff9b::/64", "is no /96"),
        ("64:ff9b::", "is no /96"),
        ("64:ff9b::1/96", "bits set"),
        ("10.0.0.0/8", "no IPv6 network"),
        ("nat64", "no IPv6 network"),
    ],
)
def test_a_nat64_prefix_that_cannot_be_one_is_told(prefix: str, cause: str) -> None:
    with pytest.raises(AllowListError, match=cause):
        parse_nat64(prefix)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_named(text: str) -> None:
    try:
        assert all(isinstance(entry, AllowEntry) for entry in parse_allow_list(text))
    except AllowListError as refused:
        assert refused.entry in text  # noqa: PT017  # hypothesis: both ways are fine
