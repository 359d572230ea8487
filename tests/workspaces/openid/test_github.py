"""GitHub's OAuth, with a stand-in that answers as its documents say, at a server of one's own."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.servers.tls import Certificate
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.openid_provider import CLIENT_SECRET
from tests.stand_ins.wire import Answer, Incoming
from tests.workspaces.openid.visits import back, given, signed_in, start
from workspaces.models import LinkedAccount, User
from workspaces.openid.github import _api_of
from workspaces.openid.providers import providers

EMAILS = [
    {"email": "old@example.org", "primary": False, "verified": True},
    {"email": "carol@example.org", "primary": True, "verified": True},
]


class Hub:
    """Answers by path; a test may change each."""

    def __init__(self, tls: Certificate) -> None:
        self.came: list[Incoming] = []
        self.says: dict[str, Any] = {
            "/login/oauth/access_token": {"access_token": "made-up-access", "scope": ""},
            "/api/v3/user": {"id": 4711, "login": "carol", "name": "Carol Hub"},
            "/api/v3/user/emails": EMAILS,
        }
        self.server = Loopback(self._handle, tls=tls)

    def _handle(self, incoming: Incoming) -> Answer:
        self.came.append(incoming)
        return Answer(200, json.dumps(self.says[incoming.path]).encode())


@pytest.fixture
def hub(tls: Certificate, settings: LazySettings, db: None) -> Iterator[Hub]:
    cache.clear()
    made = Hub(tls)
    with made.server:
        settings.LOCKKEEPER_OPENID_NETWORKS = "127.0.0.0/8:*"
        named = given(made.server.url, tls.authority_pem, kind="github", name="")
        settings.LOCKKEEPER_OPENID = {"corp": named}
        yield made


def visit(browser: Client) -> Any:
    """The whole sign-in at GitHub."""
    sent = dict(parse_qsl(urlsplit(start(browser)).query))
    return back(browser, {"code": "made-up-code", "state": sent["state"]})


def test_a_person_comes_in_by_the_number_of_the_account(hub: Hub) -> None:
    LinkedAccount.objects.create(
        person=cast.alice(), provider="corp", issuer=hub.server.url, subject="4711"
    )
    browser = Client()
    assert visit(browser)["Location"] == "/"
    assert signed_in(browser) == "alice@example.org"
    [token, user, _] = hub.came
    form = dict(parse_qsl(token.body.decode()))
    assert form["client_secret"] == CLIENT_SECRET
    assert len(form["code_verifier"]) >= 43
    assert user.header("Authorization") == "Bearer made-up-access"


def test_the_question_asks_for_no_more_than_name_and_address(hub: Hub) -> None:
    url = urlsplit(start(Client()))
    assert url.path == "/login/oauth/authorize"
    sent = dict(parse_qsl(url.query))
    assert sent["scope"] == "read:user user:email"
    assert {"state", "code_challenge"} <= sent.keys()
    assert hub.came == []


def test_a_sign_in_there_is_no_proof_for_what_matters_most(hub: Hub) -> None:
    LinkedAccount.objects.create(
        person=cast.alice(), provider="corp", issuer=hub.server.url, subject="4711"
    )
    browser = Client()
    visit(browser)
    assert "/account/reauthenticate/" in browser.get("/account/factors/app/")["Location"]
    page = browser.get("/account/reauthenticate/").content.decode()
    assert "confirm-by-provider" not in page
    assert browser.post("/account/openid/corp/prove/").status_code == 404


@pytest.mark.parametrize(
    ("emails", "joins"),
    [
        (EMAILS, True),
        ([{**EMAILS[1], "verified": False}], False),
        ([{**EMAILS[1], "verified": "true"}], False),
        ([{**EMAILS[1], "primary": False}], False),
        ([], False),
    ],
)
def test_a_domain_needs_the_primary_address_proven(
    emails: list[dict[str, Any]], joins: bool, hub: Hub, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["domains"] = "example.org"
    hub.says["/api/v3/user/emails"] = emails
    assert visit(Client()).status_code == (302 if joins else 403)
    assert User.objects.filter(email="carol@example.org", name="Carol Hub").exists() is joins


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("/login/oauth/access_token", {"error": "bad_verification_code"}, "This sign-in is over"),
        ("/login/oauth/access_token", {"error": "incorrect_client_credentials"}, "do not fit"),
        ("/login/oauth/access_token", {"error": "<made up>"}, "do not fit"),
        ("/api/v3/user", {"id": "4711", "login": "carol"}, "cannot be trusted"),
        ("/api/v3/user", {"login": "carol"}, "cannot be trusted"),
        ("/api/v3/user", {"id": True}, "cannot be trusted"),
        ("/api/v3/user/emails", {"message": "made up"}, "cannot be trusted"),
    ],
)
def test_refused(path: str, answer: dict[str, Any], sentence: str, hub: Hub) -> None:
    LinkedAccount.objects.create(
        person=cast.alice(), provider="corp", issuer=hub.server.url, subject="4711"
    )
    hub.says[path] = answer
    browser = Client()
    page = visit(browser).content.decode()
    assert sentence in page
    assert "made up" not in page
    assert signed_in(browser) == ""


def test_github_itself_has_its_api_elsewhere(settings: LazySettings) -> None:
    settings.LOCKKEEPER_OPENID = {"hub": given("", kind="github", name="")}
    [found] = providers()
    assert (found.name, found.issuer) == ("GitHub", "https://github.com")
    assert _api_of(found) == "https://api.github.com"
