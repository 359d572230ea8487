"""What a browser does in a sign-in by a provider: it starts, is sent there, and comes back."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from registry.secret import Secret
from tests.stand_ins.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from workspaces.models import LinkedAccount, User


def given(issuer: str, ca: str = "", **more: Any) -> dict[str, Any]:
    """The settings of a provider, as ``config/env.py`` reads them."""
    return {
        "kind": "",
        "name": "Corp",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": Secret(CLIENT_SECRET),
        "domains": "",
        "second_factor": "",
        "ca": ca,
        **more,
    }


def link(person: User, provider: OpenIdProvider, subject: str = "carol-1") -> LinkedAccount:
    """Link an account at the provider, as the person did long ago."""
    return LinkedAccount.objects.create(
        person=person, provider="corp", issuer=provider.issuer, subject=subject
    )


def sent_to(answer: Any) -> str:
    """Where a page sends the browser."""
    assert answer.status_code == 200, answer.content
    refresh = answer.headers["Refresh"]
    assert refresh.startswith("0;url=https://"), refresh
    return str(refresh.removeprefix("0;url="))


def start(browser: Client, path: str = "/account/openid/corp/", **form: str) -> str:
    """Press the button; where the browser is sent."""
    return sent_to(browser.post(path, form))


def back(browser: Client, answer: dict[str, str], word: str = "corp") -> HttpResponse:
    """Come back from the provider."""
    return browser.get(f"/account/openid/{word}/answer/", answer)  # type: ignore[return-value]


def visit(browser: Client, provider: OpenIdProvider, **claims: Any) -> HttpResponse:
    """The whole sign-in."""
    return back(browser, provider.consent(start(browser), **claims))


def signed_in(browser: Client) -> str:
    """The address of who is signed in; empty for nobody."""
    key = browser.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""
