"""A provider's API gets a secret only if both the server and the secret are the provider's."""

import json

import pytest

from registry.addresses.origins import Origin
from registry.protocol.http import Bearer, Request, Response
from registry.transport.request import body as content_of
from tests.registry.scripted import SERVER, body, challenge, run_check

PERSONAL = "dckr_pat_MADEUPMADEUPMADEUPMADEUP123"
CLASSIC = "ghp_MADEUPMADEUPMADEUPMADEUPMADEUPMADEUP"
ACCESS = "ya29.MADEUP-MADEUP_MADEUP"
KEY_ID = "AKIAMADEUPMADEUP1234"
SECRET_KEY = "MADEUPMADEUP/MADEUPMADEUP+MADEUPMADEUP12"


def willing(request: Request) -> Response:
    """Play a registry that accepts every login, with APIs that know no token."""
    if "api" in request.origin.host or "hub" in request.origin.host:
        return body(404, {})
    if request.authorization is None and request.path == "/v2/":
        return challenge(f'Bearer realm="{request.origin}/token",service="made-up"')
    return body(200, {"token": "made-up-token"})


def asked(provider: str, server: Origin, secret: str, username: str = "made-up") -> list[Request]:
    _, _, requests = run_check(
        willing, provider=provider, server=server, secret=secret, username=username
    )
    return requests


@pytest.mark.parametrize(
    ("provider", "host", "secret", "api"),
    [
        ("docker_hub", "registry-1.docker.io", PERSONAL, "hub.docker.com"),
        ("ghcr", "ghcr.io", CLASSIC, "api.github.com"),
        ("gar", "europe-docker.pkg.dev", ACCESS, "oauth2.googleapis.com"),
    ],
)
def test_an_api_is_asked_about_its_own_only(
    provider: str, host: str, secret: str, api: str
) -> None:
    own = Origin("https", host, 443)
    assert api in {request.origin.host for request in asked(provider, own, secret)}
    for server, text in ((SERVER, secret), (own, "made-up-password"), (own, f"{secret}!")):
        assert {r.origin for r in asked(provider, server, text)} == {server}


@pytest.mark.parametrize("provider", ["ecr", "ecr_public"])
def test_an_access_key_is_never_sent_as_a_password_to_another_server(
    provider: str,
) -> None:
    requests = asked(provider, SERVER, SECRET_KEY, KEY_ID)
    assert {request.origin for request in requests} == {SERVER}
    assert not any(request.carries_login for request in requests)


def test_docker_hub_s_api_gets_name_and_token_as_content() -> None:
    requests = asked("docker_hub", Origin("https", "registry-1.docker.io", 443), PERSONAL)
    shown = next(request for request in requests if request.method == "POST")
    assert shown.authorization is None
    assert json.loads(content_of(shown)) == {"identifier": "made-up", "secret": PERSONAL}


def test_github_s_api_gets_the_token_as_bearer() -> None:
    requests = asked("ghcr", Origin("https", "ghcr.io", 443), CLASSIC)
    shown = next(request for request in requests if request.origin.host == "api.github.com")
    assert isinstance(shown.authorization, Bearer)
    assert shown.authorization.token.reveal() == CLASSIC


def test_google_s_api_gets_the_access_token_as_content() -> None:
    requests = asked("gar", Origin("https", "europe-docker.pkg.dev", 443), ACCESS)
    shown = next(request for request in requests if request.method == "POST")
    assert shown.query == ()
    assert content_of(shown) == f"access_token={ACCESS}".encode()
