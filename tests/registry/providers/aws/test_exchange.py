"""The API that exchanges an AWS key, and its answers."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.addresses.origins import Origin
from registry.protocol.http import Basic, Request, Response, SignedHeaders
from registry.providers import by_slug, detect
from registry.providers.aws.ecr import token_service
from registry.providers.aws.exchange import read_password, unwrapped
from registry.transport.request import body, head
from tests.registry.scripted import NOW, challenge, run_check
from tests.registry.scripted import body as answer

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
SECRET_KEY = "MADEUPMADEUP/MADEUPMADEUP+MADEUPMADEUP12"


def wrapped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("host", "api"),
    [
        (HOST, "api.ecr.eu-central-1.amazonaws.com"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "api.ecr.cn-north-1.amazonaws.com.cn"),
        ("123456789012.dkr-ecr.us-west-2.on.aws", "api.ecr.us-west-2.amazonaws.com"),
        ("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu", "api.ecr.eusc-de-east-1.amazonaws.eu"),
        ("123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov", "api.ecr.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_the_api_follows_from_the_region(host: str, api: str) -> None:
    place = token_service(host)
    assert place is not None
    assert place.origin == Origin("https", api, 443)
    assert detect(Origin("https", host, 443)).own_apis(host) == (place.origin,)


@pytest.mark.parametrize(
    "host",
    [
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com.example.org",
        "123456789012.dkr.ecr.example.org.amazonaws.com",
        "123456789012.dkr.ecr.eu-central-1.example.org",
        "1234.dkr.ecr.eu-central-1.amazonaws.com",
        "registry.example.org",
    ],
)
def test_a_name_that_is_not_ecr_s_has_no_api(host: str) -> None:
    assert token_service(host) is None
    assert by_slug("ecr").own_apis(host) == ()


def test_a_wrapped_password_is_unpacked_and_anything_else_stays() -> None:
    assert unwrapped(wrapped("AWS:made-up")) == "made-up"
    for text in ("made-up", wrapped("BWS:made-up"), wrapped("AWS"), wrapped("AWS:\n"), ""):
        assert unwrapped(text) == text


@given(st.text())
def test_no_text_breaks_the_unpacking(text: str) -> None:
    assert unwrapped(text) is not None


@pytest.mark.parametrize("as_list", [True, False])
def test_an_answer_is_read_as_both_registries_write_it(as_list: bool) -> None:
    data = {"authorizationToken": wrapped("AWS:made-up"), "expiresAt": 1795176000.5}
    sent = json.dumps({"authorizationData": [data] if as_list else data}).encode()
    password, ends_at = read_password(sent)
    assert password is not None
    assert password.reveal() == "made-up"
    assert ends_at == datetime(2026, 11, 20, 12, 0, 0, 500000, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["soon", True, None, 1e300])
def test_a_moment_that_makes_no_sense_counts_as_not_said(moment: object) -> None:
    data = {"authorizationToken": wrapped("AWS:made-up"), "expiresAt": moment}
    password, ends_at = read_password(json.dumps({"authorizationData": data}).encode())
    assert password is not None
    assert ends_at is None


def test_the_key_signs_and_only_the_fetched_password_goes_to_the_registry() -> None:
    def script(request: Request) -> Response:
        if request.method == "POST":
            data = {"authorizationToken": wrapped("AWS:made-up"), "expiresAt": NOW.timestamp()}
            return answer(200, {"authorizationData": [data]})
        if request.authorization is None:
            return challenge('Basic realm="made-up"')
        return answer(200, {})

    server = Origin("https", HOST, 443)
    username = "AKIAMADEUPMADEUP1234"
    _, verdict, requests = run_check(script, server=server, username=username, secret=SECRET_KEY)
    fetched, signed_in = requests[1:]
    assert verdict.provider == "ecr"
    assert isinstance(fetched.authorization, SignedHeaders)
    assert body(fetched) == b"{}", "this is what the signature was made for"
    fields = head(fetched, user_agent="lockkeeper")
    assert fields["Content-Type"] == b"application/x-amz-json-1.1"
    assert all(SECRET_KEY.encode() not in value for value in fields.values())
    assert isinstance(signed_in.authorization, Basic)
    assert signed_in.authorization.username == "AWS"
    assert signed_in.authorization.password.reveal() == "made-up"
