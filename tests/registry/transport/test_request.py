"""The bytes of a request, whole, and what is never sent."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from registry.addresses.origins import Origin
from registry.protocol.http import (
    Authorization,
    Basic,
    Bearer,
    FailureKind,
    HeaderToken,
    NetworkFailure,
    Request,
    RequestBody,
    SignedHeaders,
)
from registry.secret import Secret
from registry.transport import request as requests

HERE = Origin.parse("https://registry.example.org:5000")
USUAL = Request(HERE, "/v2/")
AGENT = "Lockkeeper/made-up"
PASSWORD = Secret("made-up-pässword")
SURROGATE = "made-up-\ud800"
FIELDS = (("name", "a b"), ("password", PASSWORD))


def message(**changes: Any) -> bytes:
    return requests.message(replace(USUAL, **changes), user_agent=AGENT)


def test_a_whole_request_without_a_body() -> None:
    assert message(accept="text/html") == (
        b"GET /v2/ HTTP/1.1\r\n"
        b"Host: registry.example.org:5000\r\n"
        b"User-Agent: Lockkeeper/made-up\r\n"
        b"Accept: text/html\r\n"
        b"Accept-Encoding: identity\r\n"
        b"\r\n"
    )


@pytest.mark.parametrize(
    ("form", "media_type", "content_type", "sent"),
    [
        (
            "form",
            "",
            b"application/x-www-form-urlencoded",
            b"name=a+b&password=made-up-p%C3%A4ssword",
        ),
        ("json", "", b"application/json", b'{"name": "a b", "password": "made-up-p\\u00e4ssword"}'),
        ("json", "application/x-made-up", b"application/x-made-up", None),
    ],
)
def test_a_whole_request_with_a_body(
    form: str, media_type: str, content_type: bytes, sent: bytes | None
) -> None:
    content = RequestBody(form, FIELDS, media_type)
    expected = sent or requests.body(replace(USUAL, content=content))
    assert (
        message(method="POST", content=content)
        == (
            b"POST /v2/ HTTP/1.1\r\n"
            b"Host: registry.example.org:5000\r\n"
            b"User-Agent: Lockkeeper/made-up\r\n"
            b"Accept: application/json\r\n"
            b"Accept-Encoding: identity\r\n"
            b"Content-Type: " + content_type + b"\r\n"
            b"Content-Length: %d\r\n"
            b"\r\n" % len(expected)
        )
        + expected
    )


def test_a_post_without_a_body_says_that_it_has_none() -> None:
    assert message(method="POST").endswith(b"\r\nContent-Length: 0\r\n\r\n")
    assert b"Content-Length" not in message(method="HEAD")
    assert requests.body(USUAL) == b""


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        (Basic("röbot", PASSWORD), "Authorization", "Basic röbot:made-up-pässword"),
        (Bearer(PASSWORD), "Authorization", "Bearer made-up-pässword"),
        (HeaderToken("PRIVATE-TOKEN", PASSWORD), "PRIVATE-TOKEN", "made-up-pässword"),
        (SignedHeaders((("X-Made-Up", PASSWORD),)), "X-Made-Up", "made-up-pässword"),
    ],
)
def test_a_login_is_one_header(given: Authorization, name: str, value: str) -> None:
    fields = requests.head(replace(USUAL, authorization=given), user_agent=AGENT)
    assert list(fields) == ["User-Agent", "Accept", "Accept-Encoding", name]
    if isinstance(given, Basic):
        scheme, _, pair = value.partition(" ")
        value = f"{scheme} {base64.b64encode(pair.encode()).decode()}"
    assert fields[name] == value.encode()


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/v2/", (), "/v2/"),
        ("/a b/ü", (), "/a%20b/%C3%BC"),
        ("/v2/%2F:@!$&'()*+,;=~-._", (), "/v2/%2F:@!$&'()*+,;=~-._"),
        ("/a?b#c", (), "/a%3Fb%23c"),
        ("/token", (("scope", "a b"), ("scope", "c&d")), "/token?scope=a+b&scope=c%26d"),
    ],
)
def test_a_target_is_encoded_once(
    path: str, query: tuple[tuple[str, str], ...], expected: str
) -> None:
    assert requests.target(replace(USUAL, path=path, query=query)) == expected


REFUSED: dict[str, dict[str, Any]] = {
    "a path that is none": {"path": "v2/"},
    "an empty path": {"path": ""},
    "half a sign in the path": {"path": f"/{SURROGATE}"},
    "half a sign in the query": {"query": (("scope", SURROGATE),)},
    "half a sign in a body": {"content": RequestBody("form", (("name", SURROGATE),))},
    "half a sign in a media type": {"content": RequestBody("json", (), SURROGATE)},
    "half a sign in a name": {"authorization": Basic(SURROGATE, PASSWORD)},
    "a line break in a name": {"authorization": Basic("a\r\nX-Made-Up: b", PASSWORD)},
    "a line break in a password": {"authorization": Basic("a", Secret("a\nb"))},
    "a null in a token": {"authorization": Bearer(Secret("a\0b"))},
    "a delete sign in a token": {"authorization": HeaderToken("X-A", Secret("a\x7fb"))},
    "a unit separator in a token": {"authorization": Bearer(Secret("a\x1fb"))},
    "a colon in a header's name": {"authorization": HeaderToken("X-A:", PASSWORD)},
    "a header without a name": {"authorization": HeaderToken("", PASSWORD)},
    "a name that is too long": {"authorization": HeaderToken("X" * 65, PASSWORD)},
    "a bad name of a signed header": {"authorization": SignedHeaders((("X A", PASSWORD),))},
    "a line break in what is accepted": {"accept": "a\nb"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_become_another_request_is_not_sent(name: str) -> None:
    with pytest.raises(NetworkFailure) as failed:
        message(**REFUSED[name])
    assert (failed.value.kind, failed.value.detail) == (FailureKind.MALFORMED, "unsendable")
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None, "an error of Python's would quote the text"


def test_a_long_name_and_a_space_are_fit() -> None:
    token = HeaderToken("X" * 64, Secret("a b"))
    fields = requests.head(replace(USUAL, authorization=token), user_agent=AGENT)
    assert fields["X" * 64] == b"a b"
