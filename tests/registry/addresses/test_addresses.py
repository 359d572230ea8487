"""Typed servers, stored origins and named realms: which parse, and the error of each other."""

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url  # another parser than ours, much used

from registry.addresses.hosts import AddressError
from registry.addresses.origins import DOCKER_HUB, Origin
from registry.addresses.realms import parse_realm
from registry.addresses.server import Server, parse_server
from tests.registry.rows import Row, each, table

NASTY = st.text(
    st.sampled_from("abcxnZ019.-:/[]@\\%?# \t\n\u200b_~①。．ß℀＠" + "\u0660\ud800")
    | st.characters(exclude_categories=()),
    max_size=60,
)
LABEL = st.text("abcxyz019-", min_size=1, max_size=12)
HOSTLIKE = st.lists(LABEL | st.sampled_from(["xn--bcher-kva", "bücher", "0x7f", "127"])).map(
    ".".join
)
TYPED = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "https://", "HTTPS://", "http://", "oci://", "//"]),
        HOSTLIKE | NASTY | st.ip_addresses().map(str) | st.ip_addresses(v=6).map("[{}]".format),
        st.sampled_from(["", ":", ":443", ":80", ":5050", ":0", ":65536", ":x"]),
        st.sampled_from(["", "/", "/v2/", "/v1", "/group/project", "/a//b", "/../x"]),
    ),
)


def host_by_urllib3(url: str) -> str:
    return (parse_url(url).host or "").strip("[]")


def host_by_urlsplit(url: str) -> str:
    return urlsplit(url).hostname or ""


@each("servers", "accepted")
def test_a_server_is_read(row: Row) -> None:
    server = parse_server(row["typed"])
    assert server == Server(Origin.parse(row["origin"]), row["path"])
    assert server.display == row["display"]


@each("servers", "refused")
def test_a_server_is_refused_with_its_own_sentence(row: Row) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_server(row["typed"])
    assert refusal.value.message.key == row["error"]
    assert refusal.value.message.text()


@each("servers", "accepted with http allowed")
def test_http_is_read_where_it_is_allowed(row: Row) -> None:
    server = parse_server(row["typed"], allow_http=True)
    assert str(server.origin) == row["origin"]
    assert server.display == row["display"]


@pytest.mark.parametrize(
    "row",
    [row for row in table("servers", "accepted") if row["reads_alike"]],
    ids=lambda r: r["name"],
)
def test_two_other_readers_see_the_same_host_in_what_was_typed(row: Row) -> None:
    typed = row["typed"].strip()
    url = typed if "://" in typed else f"https://{typed}"
    host = parse_server(typed).origin.host
    if ":" not in host:  # IPv6 is compressed by us and left as typed by them
        assert host_by_urlsplit(url) == host
        assert host_by_urllib3(url) == host


@given(TYPED | NASTY, st.booleans())
@example("https://a@b", False)
@example("[::1%25eth0]", False)
@example("①②⑦.⓪.⓪.①", True)
def test_whatever_is_typed_is_read_alike_everywhere_or_refused(text: str, http: bool) -> None:
    try:
        server = parse_server(text, allow_http=http)
    except AddressError:
        return
    url = str(server.origin)
    assert host_by_urlsplit(url) == server.origin.host
    assert host_by_urllib3(url) == server.origin.host
    assert (urlsplit(url).port or {"https": 443, "http": 80}[server.origin.scheme]) == (
        server.origin.port
    )
    assert parse_server(url, allow_http=True).origin == server.origin
    assert Origin.parse(url) == server.origin
    assert server.display.isprintable()


@pytest.mark.parametrize(
    "text", ["a." * 500_000, "-" * 1_000_000, "[" * 1_000_000, "xn--" * 250_000, "①" * 300_000]
)
def test_a_huge_text_is_refused_at_once(text: str) -> None:
    start = time.thread_time()
    with pytest.raises(AddressError):
        parse_server(text)
    with pytest.raises(AddressError):
        parse_realm("https://" + text, registry=DOCKER_HUB)
    assert time.thread_time() - start < 1


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(AddressError) as refusal:
        parse_server("https://robot:made-up-password-1@registry.example.org")
    assert "made-up" not in repr(refusal.value) + refusal.value.message.text()


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "registry.gitlab.com",
        "https://registry.gitlab.com/",
        "https://registry.gitlab.com:443",
        "HTTPS://registry.gitlab.com",
        "https://Registry.gitlab.com",
        "https://bücher.example",
        "https://[2001:DB8::5]",
        "ftp://registry.gitlab.com",
        "https://robot@registry.gitlab.com",
    ],
)
def test_only_what_we_wrote_ourselves_is_read_back_as_an_origin(stored: str) -> None:
    with pytest.raises(AddressError):
        Origin.parse(stored)


def test_origins_compare_by_scheme_host_and_port() -> None:
    assert Origin("https", "a", 443) == Origin.parse("https://a")
    assert Origin("https", "a", 443) < Origin("https", "b", 80)
    assert Origin("http", "a", 80) != Origin("https", "a", 443)
    assert not Origin("http", "a", 80).is_https


@pytest.mark.parametrize(
    ("origin", "netloc"),
    [
        (Origin("https", "a.example", 443), "a.example"),
        (Origin("https", "a.example", 80), "a.example:80"),
        (Origin("http", "a.example", 80), "a.example"),
        (Origin("https", "::1", 5000), "[::1]:5000"),
    ],
)
def test_the_network_location_names_only_an_unusual_port(origin: Origin, netloc: str) -> None:
    assert origin.netloc == netloc


@each("realms", "accepted")
def test_a_realm_is_read(row: Row) -> None:
    realm = parse_realm(row["realm"], registry=Origin.parse(row["registry"]))
    assert str(realm.origin) == row["origin"]
    assert realm.path == row["path"]
    assert realm.query == tuple(map(tuple, row["query"]))


@each("realms", "refused")
def test_a_realm_is_refused_with_its_own_sentence(row: Row) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_realm(row["realm"], registry=Origin.parse(row["registry"]))
    assert refusal.value.message.key == row["error"]


@given(NASTY | st.builds("https://{}/{}?{}".format, TYPED | NASTY, NASTY, NASTY))
def test_whatever_a_registry_names_is_an_encrypted_origin_or_refused(text: str) -> None:
    try:
        realm = parse_realm(text, registry=DOCKER_HUB)
    except AddressError:
        return
    assert realm.origin.is_https
    assert realm.path.startswith("/")
    assert realm.path.isprintable()
    assert host_by_urlsplit(text) == host_by_urllib3(text) == realm.origin.host
