"""Logins whose user name is at fault: the verdict says so, and names the right one."""

import base64
import json

import jwt
import pytest

from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.protocol.http import Request, Response
from tests.registry.scripted import NOW, body, challenge, run_check

GOOGLE = "europe-west1-docker.pkg.dev"
ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
ACR = "madeup.azurecr.io"
ZEROS = "00000000-0000-0000-0000-000000000000"
PEM = "-----BEGIN PRIVATE KEY-----\n" + "MADEUP" * 20 + "\n-----END PRIVATE KEY-----\n"
KEY = json.dumps(
    {"type": "service_account", "client_email": "ci@made-up.example.org", "private_key": PEM}
)
SOON = int(NOW.timestamp()) + 3600
IN_BASE64 = base64.b64encode(KEY.encode()).decode()
INDENTED = base64.b64encode(json.dumps(json.loads(KEY), indent=2).encode()).decode()
PASSWORD = base64.b64encode(
    json.dumps({"payload": "MADEUP" * 40, "expiration": SOON}).encode()
).decode()
TOKEN = jwt.encode({"exp": SOON}, "made-up-key-of-thirty-two-bytes-", "HS256")

WRONG = {
    "reported: a Google key in base64 with the name for plain JSON": (
        *(GOOGLE, "gar", "_json_key", IN_BASE64),
        "_json_key_base64",
    ),
    "an indented Google key in base64": (
        *(GOOGLE, "gar", "_json_key", INDENTED),
        "_json_key_base64",
    ),
    "a Google key in base64 with an account's address": (
        *(GOOGLE, "gar", "ci@made-up.example.org", IN_BASE64),
        "_json_key_base64",
    ),
    "a Google key with an account's address": (
        *(GOOGLE, "gar", "ci@made-up.example.org", KEY),
        "_json_key",
    ),
    "a plain Google key with the name for base64 and a typing error": (
        *(GOOGLE, "gar", "_jsonkey", KEY),
        "_json_key",
    ),
    "an ECR password with a person's name": (ECR, "ecr", "alice", PASSWORD, "AWS"),
    "an ECR password with AWS in small letters": (ECR, "ecr", "aws", PASSWORD, "AWS"),
    "an NVIDIA key with an address": (
        *("nvcr.io", "nvidia", "ci@example.org", "nvapi-" + "M" * 64),
        "$oauthtoken",
    ),
    "an NVIDIA key whose name lost its dollar sign": (
        *("nvcr.io", "nvidia", "oauthtoken", "nvapi-" + "M" * 64),
        "$oauthtoken",
    ),
    "a login of az with a person's name": (ACR, "acr", "alice", TOKEN, ZEROS),
    "a login of az with a short zero": (ACR, "acr", "0", TOKEN, ZEROS),
}


def refuse(request: Request) -> Response:
    """A registry that asks for Basic, and refuses every login."""
    is_google = request.origin.host == "oauth2.googleapis.com"
    return body(404, {}) if is_google else challenge('Basic realm="made-up"')


@pytest.mark.parametrize("case", WRONG)
def test_the_user_name_is_named_and_not_the_secret(case: str) -> None:
    host, provider, username, secret, wanted = WRONG[case]
    server = Origin("https", host, 443)
    _, verdict, requests = run_check(
        refuse, server=server, provider=provider, username=username, secret=secret
    )
    assert verdict.outcome is Outcome.REJECTED
    assert len(requests) == 2
    said = " ".join([verdict.message.text(), *(each.text() for each in verdict.advice)])
    assert wanted in said
    assert "user name" in said
    assert secret not in said


RIGHT = {
    "a Google key in base64": (GOOGLE, "gar", "_json_key_base64", IN_BASE64),
    "a Google key": (GOOGLE, "gar", "_json_key", KEY),
    "an ECR password": (ECR, "ecr", "AWS", PASSWORD),
    "an NVIDIA key": ("nvcr.io", "nvidia", "$oauthtoken", "nvapi-" + "M" * 64),
    "a login of az": (ACR, "acr", ZEROS, TOKEN),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_right_user_name_is_not_blamed(case: str) -> None:
    host, provider, username, secret = RIGHT[case]
    server = Origin("https", host, 443)
    evidence, verdict, _ = run_check(
        refuse, server=server, provider=provider, username=username, secret=secret
    )
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.message.key != "cause_username_wanted"
    assert evidence.facts.username_wanted == ""
