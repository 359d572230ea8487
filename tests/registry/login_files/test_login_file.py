"""Files of docker, podman and Kubernetes: which logins are in them, and what is wrong with them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.addresses.origins import DOCKER_HUB, Origin
from registry.login_files.entry import Entry, FileFault
from registry.login_files.login_file import MAX_ENTRIES, read_login_file
from registry.secret import Secret
from tests.registry.login_files.files import AUTH, PASSWORD, auths, packed, secret

HERE = Origin("https", "registry.example.org", 443)


def read(content: Any, **options: Any) -> tuple[Entry, ...]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    found = read_login_file(body, "FILE", **options)
    told = " ".join(f"{entry!r} {entry.why.text() if entry.why else ''}" for entry in found)
    assert PASSWORD not in told
    return found


def only(content: Any, **options: Any) -> Entry:
    (entry,) = read(content, **options)
    return entry


YAML_SECRET = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: regcred}}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: {packed(json.dumps(auths({"auth": AUTH})))}
"""
YAML_PLAIN = f"""\
# written by a person
kind: Secret
apiVersion: v1
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: |
    {{"auths": {{"registry.example.org": {{"auth": "{AUTH}"}}}}}}
"""
GOOD: dict[str, Any] = {
    "docker, with auth": auths({"auth": AUTH}),
    "docker, with user name and password": auths({"username": "ci", "password": PASSWORD}),
    "docker, auth wins over the other fields": auths(
        {"auth": AUTH, "username": "other", "password": "made-up-other"}
    ),
    "docker, an address as older versions wrote it": auths(
        {"auth": AUTH, "email": "x@example.org"}, "https://registry.example.org/v1/"
    ),
    "docker, base64 with line breaks": auths({"auth": f"{AUTH[:10]}\n{AUTH[10:]}\r\n"}),
    "docker, zero bytes at the end": auths({"auth": packed(f"ci:{PASSWORD}\0\0")}),
    "docker, the store is of no use for an entry with auth": auths(
        {"auth": AUTH}, credsStore="desktop"
    ),
    "docker, with fields that are none of ours": auths(
        {"auth": AUTH}, HttpHeaders={"User-Agent": "x"}, proxies={}, currentContext="default"
    ),
    "docker, with a byte order mark": b"\xef\xbb\xbf" + json.dumps(auths({"auth": AUTH})).encode(),
    "the old .dockercfg": {"registry.example.org": {"auth": AUTH, "email": "x@example.org"}},
    "a secret": secret(auths({"auth": AUTH})),
    "a secret of the old type": secret(
        {"registry.example.org": {"auth": AUTH}}, field=".dockercfg"
    ),
    "a secret whose stringData wins": secret(
        auths({"auth": packed("other:made-up-other")}),
        stringData={".dockerconfigjson": json.dumps(auths({"auth": AUTH}))},
    ),
    "a list as kubectl prints it": {
        "apiVersion": "v1",
        "kind": "List",
        "items": [secret(auths({"auth": AUTH})), {**secret({}), "type": "Opaque", "data": {}}],
    },
    "a list of the API, whose items have no kind": {
        "apiVersion": "v1",
        "kind": "SecretList",
        "items": [
            {name: secret(auths({"auth": AUTH}))[name] for name in ("metadata", "type", "data")}
        ],
    },
    "a secret in YAML": YAML_SECRET.encode(),
    "a secret in YAML with plain text": YAML_PLAIN.encode(),
    "YAML of several documents": (
        f"---\nkind: Deployment\napiVersion: apps/v1\n---\n{YAML_SECRET}---\n".encode()
    ),
    "a list in YAML": (
        "apiVersion: v1\nkind: List\nitems:\n- " + YAML_SECRET.replace("\n", "\n  ")
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_login_is_read(name: str) -> None:
    login = only(GOOD[name]).login
    assert login is not None
    assert (login.server.origin, login.username) == (HERE, "ci")
    assert login.secret == Secret(PASSWORD)


@pytest.mark.parametrize(
    ("key", "origin", "path"),
    [
        ("https://index.docker.io/v1/", DOCKER_HUB, ""),
        ("docker.io", DOCKER_HUB, ""),
        ("docker.io/team", DOCKER_HUB, "team"),
        ("registry.example.org:5050", Origin("https", "registry.example.org", 5050), ""),
        ("registry.example.org/team/app", HERE, "team/app"),
        ("[2001:db8::5]:5000", Origin("https", "2001:db8::5", 5000), ""),
    ],
)
def test_a_key_is_a_server_and_perhaps_a_path(key: str, origin: Origin, path: str) -> None:
    login = only(auths({"auth": AUTH}, key)).login
    assert login is not None
    assert (login.server.origin, login.server.path) == (origin, path)


@pytest.mark.parametrize(
    ("both", "password"),
    [
        ("ci:made:up:colons", "made:up:colons"),
        ("ci: made up ", " made up "),
        ("ci:geheimé", "geheimé"),
        ("_json_key:{\n}\n", "{\n}\n"),
    ],
)
def test_a_password_is_what_programs_send(both: str, password: str) -> None:
    login = only(auths({"auth": packed(both)})).login
    assert login is not None
    assert login.secret == Secret(password)


def test_a_user_name_is_shown_in_full_and_on_one_line() -> None:
    assert only(auths({"auth": packed("anna@example.org:x")})).username == "anna@example.org"
    assert len(only(auths({"username": "x" * 255, "password": "x"})).username) < 130


def test_azure_accepts_its_identity_token_as_a_password() -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    login = only(auths({"auth": packed(f"{nobody}:"), "identitytoken": PASSWORD})).login
    assert login is not None
    assert (login.username, login.secret) == (nobody, Secret(PASSWORD))


def test_http_is_asked_only_where_it_is_meant() -> None:
    plain = frozenset({Origin("http", "registry.example.org", 5000)})
    login = only(auths({"auth": AUTH}, "registry.example.org:5000"), plain_http=plain).login
    assert login is not None
    assert login.server.origin.scheme == "http"
    fault = only(auths({"auth": AUTH}, "http://registry.example.org"), plain_http=plain)
    assert (fault.login, fault.broken) == (None, True)
    assert "--plain-http" in (fault.why.text() if fault.why else "")


NOT_CHECKED: dict[str, tuple[Any, str]] = {
    "a store": (auths({}, credsStore="desktop"), "entry_helper"),
    "a store and no entry": ({"auths": {}, "credsStore": "desktop"}, "entry_helper"),
    "a helper": (auths({}, credHelpers={"registry.example.org": "gcr"}), "entry_helper"),
    "a helper and no entry": ({"credHelpers": {"registry.example.org": "gcr"}}, "entry_helper"),
    "an empty entry": (auths({}), "entry_no_secret"),
    "an identity token": (
        auths({"auth": packed("ci:"), "identitytoken": PASSWORD}),
        "entry_identity_token",
    ),
    "a bearer token": (auths({"registrytoken": PASSWORD}), "entry_registry_token"),
    "docker's own session": (
        auths({"auth": AUTH}, "https://index.docker.io/v1/refresh-token"),
        "entry_docker_session",
    ),
    "a pattern": (secret(auths({"auth": AUTH}, "*.example.org")), "entry_pattern"),
}


@pytest.mark.parametrize("name", NOT_CHECKED)
def test_an_entry_that_a_check_cannot_use_says_why(name: str) -> None:
    content, key = NOT_CHECKED[name]
    entry = only(content)
    assert entry.why is not None
    assert (entry.login, entry.why.key, entry.broken) == (None, key, False)


def test_helpers_are_named() -> None:
    found = read(auths({}, credsStore="desktop", credHelpers={"other.example.org": "ecr-login"}))
    told = {entry.name: entry.why.text() for entry in found if entry.why}
    assert "desktop" in told["registry.example.org"]
    assert "ecr-login" in told["other.example.org"]
    strange = only(auths({}, credsStore=f"{PASSWORD} /bin/sh"))
    assert strange.why is not None


ENTRY = "auths.“registry.example.org”"
BROKEN: dict[str, tuple[Any, str, str]] = {
    "no object": (auths(PASSWORD), "entry_wrong_type", ENTRY),
    "no text": (auths({"auth": 17}), "entry_wrong_type", f"{ENTRY}.auth"),
    "no base64": (auths({"auth": f"!{PASSWORD}"}), "entry_not_base64", f"{ENTRY}.auth"),
    "no padding": (auths({"auth": "Y2k6czNjcmV0MQ"}), "entry_not_base64", f"{ENTRY}.auth"),
    "letters beyond ASCII": (auths({"auth": "ß" * 8}), "entry_not_base64", f"{ENTRY}.auth"),
    "no UTF-8": (auths({"auth": packed(b"ci:\xff")}), "entry_not_text", f"{ENTRY}.auth"),
    "no colon": (auths({"auth": packed(PASSWORD)}), "entry_no_colon", f"{ENTRY}.auth"),
    "no user": (auths({"auth": packed(f":{PASSWORD}")}), "entry_no_username", ENTRY),
    "no password": (auths({"username": "ci"}), "entry_no_password", ENTRY),
    "a user of two lines": (auths({"username": "c\ni", "password": "x"}), "entry_username", ENTRY),
    "a colon in the user": (auths({"username": "c:i", "password": "x"}), "entry_username", ENTRY),
    "a line break at the end": (
        auths({"auth": packed(f"ci:{PASSWORD}\n")}),
        "entry_line_end",
        ENTRY,
    ),
    "a line break inside": (auths({"username": "ci", "password": "a\nb"}), "entry_control", ENTRY),
    "half a character": (
        auths({"username": "ci", "password": "\ud800"}),
        "entry_control",
        ENTRY,
    ),
    "no server": (auths({"auth": AUTH}, "not a server"), "entry_server", "not a server"),
    "a user name in the server": (
        auths({"auth": AUTH}, f"https://ci:{PASSWORD}@registry.example.org"),
        "entry_server",
        "…@registry.example.org",
    ),
    "a secret of a helper": (
        secret(auths({}, credsStore="desktop")),
        "entry_helper_in_secret",
        "desktop",
    ),
    "a secret with an identity token": (
        secret(auths({"auth": packed("ci:"), "identitytoken": PASSWORD})),
        "entry_identity_token_in_secret",
        "Kubernetes",
    ),
    "a secret with an empty entry": (secret(auths({})), "entry_no_secret", "no secret"),
    "a secret of another type": (
        secret(auths({"auth": AUTH}), type="Opaque"),
        "entry_secret_type",
        "team-a/regcred: type is “Opaque”",
    ),
    "a secret without a type": (
        secret(auths({"auth": AUTH}), type=None),
        "entry_secret_type",
        "absent",
    ),
    "a secret without its field": (secret({}, data={}), "entry_secret_empty", ".dockerconfigjson"),
    "a secret whose data is no base64": (
        secret({}, data={".dockerconfigjson": "{}"}),
        "entry_secret_data",
        "team-a/regcred: data..dockerconfigjson",
    ),
    "a secret with broken JSON": (
        secret({}, data={".dockerconfigjson": packed('{"auths":\n{,}}')}),
        "file_not_json",
        "line 2",
    ),
    "a secret whose JSON is no object": (secret([]), "entry_wrong_type", ".dockerconfigjson"),
    "a secret with one name twice": (
        secret({}, data={".dockerconfigjson": packed('{"auths": {}, "auths": {}}')}),
        "file_repeated",
        "team-a/regcred",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_entry_names_its_place_and_its_fix(name: str) -> None:
    content, key, place = BROKEN[name]
    entry = only(content)
    assert entry.why is not None
    assert (entry.login, entry.why.key, entry.broken) == (None, key, True)
    assert place in entry.why.text()


def test_a_broken_entry_hides_no_other_one() -> None:
    found = read({"auths": {"a.example.org": {"auth": "!"}, "b.example.org": {"auth": AUTH}}})
    assert [entry.login is not None for entry in found] == [False, True]
    many = {"apiVersion": "v1", "kind": "List"}
    many["items"] = [secret([]), secret(auths({"auth": AUTH}))]  # type: ignore[assignment]  # JSON
    assert [entry.broken for entry in read(many)] == [True, False]


DEEP = '{"auths": ' * 30 + "1" + "}" * 30
FAULTS: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "file_no_login", "FILE"),
    "nothing but space": (b" \n", "file_no_login", "FILE"),
    "no entry": (b'{"auths": {}}', "file_no_login", "FILE"),
    "an empty object": (b"{}", "file_no_login", "FILE"),
    "only other secrets": (
        b"kind: Secret\napiVersion: v1\ntype: Opaque\n",
        "file_no_login", "FILE",
    ),
    "an empty list": (b"kind: List\napiVersion: v1\nitems: null\n", "file_no_login", "FILE"),
    "too large": (b'{"auths": {}}' + b" " * 1024 * 1024, "file_large", "1 MiB"),
    "UTF-16": ('{"auths": {}}'.encode("utf-16"), "file_not_text", "UTF-8"),
    "a comma too many": (b'{"auths": {\n},\n}', "file_not_json", "line 3"),
    "cut": (b'{"auths": {', "file_not_json", "line 1"),
    "too deep": (DEEP.encode(), "file_deep", "20"),
    "one name twice": (b'{"auths": {}, "auths": {}}', "file_repeated", "FILE"),
    "other JSON": (b'{"credentials": []}', "file_unknown", "auths"),
    "a list of JSON": (b"[1]", "file_unknown", "auths"),
    "a text": (PASSWORD.encode(), "file_unknown", "auths"),
    "a text with a colon": (f"ci: {PASSWORD}".encode(), "file_unknown", "auths"),
    "auths is a list": (b'{"auths": []}', "file_wrong_type", "FILE: auths: this must be an object"),
    "helpers is a text": (b'{"credHelpers": "gcr"}', "file_wrong_type", "credHelpers"),
    "items is an object": (
        b'{"kind": "List", "apiVersion": "v1", "items": {}}',
        "file_wrong_type", "items",
    ),
    "an item is a text": (
        b'{"kind": "List", "apiVersion": "v1", "items": ["x"]}',
        "file_wrong_type", "item 1",
    ),
    "no YAML": (b"a: b\n  c: d\n", "file_not_yaml", "line 2"),
    "a control character in YAML": (b"a: \x01\n", "file_not_yaml", "line 1"),
    "an alias": (b"a: &x 1\nb: *x\n", "file_alias", "line 1"),
    "an alias of nothing": (b"b: *x\n", "file_alias", "line 1"),
    "a tag that makes objects": (
        b"a: !!python/object/apply:os.getcwd []\n",
        "file_alias", "line 1",
    ),
    "deep in brackets": (b"[" * 10 + b"{a: " * 30, "file_deep", "20"),
    "deep YAML in blocks": (b"- " * 40 + b"x", "file_deep", "20"),
    "one name twice in YAML": (b"kind: List\nkind: Secret\n", "file_repeated", "line 2"),
    "a list as a name in YAML": (b"? [a]\n: b\n", "file_not_yaml", "line 1"),
    "the second document": (b"kind: Pod\napiVersion: v1\n---\n- x\n", "file_unknown", "document 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_that_is_none_names_itself_its_place_and_the_fix(name: str) -> None:
    body, key, place = FAULTS[name]
    with pytest.raises(FileFault) as fault:
        read_login_file(body, "FILE")
    told = fault.value.message.text()
    assert fault.value.message.key == key, told
    assert told.startswith("FILE")
    assert place in told
    assert PASSWORD not in told


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(FileFault) as fault:
        read_login_file("\n".join(rows).encode(), "FILE")
    assert fault.value.message.key == "file_alias"


def test_there_are_at_most_two_thousand_logins() -> None:
    entries = {f"r{number}.example.org": {"auth": AUTH} for number in range(MAX_ENTRIES + 1)}
    with pytest.raises(FileFault) as fault:
        read_login_file(json.dumps({"auths": entries}).encode(), "FILE")
    assert fault.value.message.key == "file_many"
    entries.popitem()
    assert len(read({"auths": entries})) == MAX_ENTRIES


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(AUTH),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["auths", "credsStore", "credHelpers", "auth", "username", "password", "kind",
                 "apiVersion", "items", "data", "stringData", "type", ".dockerconfigjson",
                 "registry.example.org", "metadata", "identitytoken"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


def entries_or_fault(body: bytes) -> tuple[Entry, ...] | FileFault:
    try:
        return read_login_file(body, "FILE")
    except FileFault as fault:
        return fault


@given(VALUES)
def test_any_value_is_read_or_refused_in_words(value: Any) -> None:
    found = entries_or_fault(json.dumps(value).encode())
    if isinstance(found, FileFault):
        assert found.message.text().startswith("FILE")
    else:
        assert all((entry.login is None) is (entry.why is not None) for entry in found)
        assert all(entry.why.text() for entry in found if entry.why)


@given(st.binary(max_size=60) | st.text("ab:-?{}[]&*!| \n'\"#,", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(body: bytes) -> None:
    found = entries_or_fault(body)
    assert found
    assert not isinstance(found, FileFault) or found.message.text().startswith("FILE")
