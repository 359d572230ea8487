"""A person signs in by a provider: who gets in, who does not, and what it counts for."""

import time

import pytest
from django.conf import LazySettings
from django.test import Client

from tests import cast
from tests.stand_ins.openid_provider import OpenIdProvider
from tests.workspaces.mailing import sent
from tests.workspaces.openid.visits import back, given, link, signed_in, start, visit
from tests.workspaces.sign_in.apps import code_of, give_app
from workspaces.models import AuditEvent, LinkedAccount, User

CAROL = {"email": "carol@example.org", "email_verified": True, "name": "Carol of Corp"}


def test_a_linked_account_signs_its_person_in(provider: OpenIdProvider) -> None:
    row, browser = link(cast.alice(), provider), Client()
    answer = visit(browser, provider, email="elsewhere@example.net")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert signed_in(browser) == "alice@example.org"
    row.refresh_from_db()
    assert row.last_used_at
    assert row.label == "elsewhere@example.net"
    assert AuditEvent.objects.filter(action="accounts:session:start").count() == 1


def test_the_question_has_state_nonce_and_challenge(provider: OpenIdProvider) -> None:
    [one, two] = [start(Client()) for _ in range(2)]
    for part in ("response_type=code", "scope=openid+email+profile", "code_challenge_method=S256"):
        assert part in one
    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Faccount%2Fopenid%2Fcorp%2Fanswer%2F" in one
    assert one != two
    assert provider.asked("/.well-known/openid-configuration") == 1, "it is kept for ten minutes"


@pytest.mark.parametrize(
    ("methods", "header", "status"),
    [
        (None, "Basic", 302),
        (["client_secret_post", "client_secret_basic"], "Basic", 302),
        (["client_secret_post"], "", 302),
        (["private_key_jwt"], "", 502),
    ],
    ids=str,
)
def test_the_client_secret_goes_as_the_provider_takes_it(
    methods: list[str] | None, header: str, status: int, provider: OpenIdProvider
) -> None:
    link(cast.alice(), provider)
    if methods:
        provider.document = {"token_endpoint_auth_methods_supported": methods}
    begun = Client()
    answer = begun.post("/account/openid/corp/")
    if status == 302:
        answer = back(begun, provider.consent(answer.headers["Refresh"].removeprefix("0;url=")))
        [token] = [one for one in provider.came if one.path == "/token"]
        assert token.header("Authorization").partition(" ")[0] == header
    assert answer.status_code == status


def test_the_page_that_was_wanted_comes_after_it(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = Client()
    url = start(browser, next="/account/sessions/")
    assert back(browser, provider.consent(url))["Location"] == "/account/sessions/"
    stranger = Client()
    url = start(stranger, next="https://evil.example.com/")
    assert back(stranger, provider.consent(url))["Location"] == "/"


def test_an_account_that_is_linked_with_nobody_gets_nothing(provider: OpenIdProvider) -> None:
    browser = Client()
    answer = visit(browser, provider, **CAROL)
    assert answer.status_code == 403
    assert "No account here belongs to this account of Corp" in answer.content.decode()
    assert (signed_in(browser), User.objects.count()) == ("", 0)


def test_the_same_mail_address_takes_no_account_over(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    """Not even from an allowed domain, and the page says what it says to every stranger."""
    settings.LOCKKEEPER_OPENID["corp"]["domains"] = "example.org"
    cast.alice()
    browser = Client()
    taken = visit(browser, provider, email="Alice@Example.org", email_verified=True)
    stranger = visit(Client(), provider, sub="other", email="x@example.net", email_verified=True)
    assert (taken.status_code, signed_in(browser)) == (403, "")
    assert taken.content == stranger.content
    assert LinkedAccount.objects.count() == 0


def test_an_allowed_domain_gets_an_account_with_a_workspace(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["domains"] = "example.com, example.org"
    browser = Client()
    assert visit(browser, provider, **CAROL).status_code == 302
    person = User.objects.get(email="carol@example.org")
    assert signed_in(browser) == person.email
    assert (person.name, person.has_usable_password()) == ("Carol of Corp", False)
    assert person.personal_workspace
    assert [row.subject for row in person.linked_accounts.all()] == ["carol-1"]
    assert {"accounts:person:add", "accounts:link:add"} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "carol@example.org.evil.example.com"},
        {"email": "carol@sub.example.org"},
        {"email": "carol@evil.example.com,x@example.org"},
        {"email": "example.org"},
        {"email": ["carol@example.org"]},
        {"email": "glpat-madeupmadeupmadeup1@example.org"},
    ],
    ids=str,
)
def test_a_domain_needs_a_proven_address_there(
    claims: dict[str, object], provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["domains"] = "example.org"
    assert visit(Client(), provider, **{**CAROL, **claims}).status_code == 403
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    ("hd", "status"), [("example.org", 302), (None, 403), ("example.com", 403), ("", 403)]
)
def test_at_google_the_account_must_be_of_the_domain(
    hd: str | None, status: int, provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"] |= {"kind": "google", "domains": "example.org"}
    assert visit(Client(), provider, **CAROL, hd=hd).status_code == status
    assert User.objects.exists() is (status == 302)


def test_the_address_may_come_from_the_user_info(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["domains"] = "example.org"
    provider.user_info = {**CAROL, "sub": "carol-1"}
    assert visit(Client(), provider).status_code == 302
    assert User.objects.get().email == "carol@example.org"
    [asked] = [one for one in provider.came if one.path == "/userinfo"]
    assert asked.header("Authorization") == "Bearer made-up-access"


def test_a_suspended_person_does_not_get_in(provider: OpenIdProvider) -> None:
    link(cast.person("carol@example.org", active=False), provider)
    browser = Client()
    answer = visit(browser, provider)
    assert (answer["Location"], signed_in(browser)) == ("/account/inactive/", "")


def test_our_second_factor_comes_on_top(provider: OpenIdProvider) -> None:
    seed, _ = give_app(cast.alice())
    link(cast.alice(), provider)
    browser = Client()
    assert visit(browser, provider)["Location"] == "/account/second-step/"
    assert signed_in(browser) == ""
    browser.post("/account/second-step/", {"code": code_of(seed)})
    assert signed_in(browser) == "alice@example.org"


def test_a_trusted_provider_brings_the_second_factor(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["second_factor"] = "trusted"
    give_app(cast.alice())
    link(cast.alice(), provider)
    browser = Client()
    assert visit(browser, provider)["Location"] == "/"
    assert signed_in(browser) == "alice@example.org"


def test_two_providers_with_one_subject_are_two_people(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    with OpenIdProvider(provider.tls) as other:
        ca = provider.tls.authority_pem
        settings.LOCKKEEPER_OPENID |= {"other": given(other.issuer, ca, name="Other")}
        link(cast.alice(), provider)
        link(cast.bob(), other)
        browser = Client()
        url = start(browser, "/account/openid/other/")
        back(browser, other.consent(url), "other")
        assert signed_in(browser) == "bob@example.org"
        assert visit(Client(), provider).status_code == 302


def test_a_fresh_proof_there_counts_and_a_session_there_does_not(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    page = "/account/factors/app/"
    for auth_time, status in ((None, 302), (time.time() - 301, 302), (time.time() - 10, 200)):
        browser = Client()
        visit(browser, provider, auth_time=int(auth_time) if auth_time else None)
        assert signed_in(browser)
        assert browser.get(page).status_code == status, auth_time


def test_who_signs_out_here_is_sent_to_sign_out_there(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = Client()
    visit(browser, provider)
    answer = browser.post("/account/logout/")
    url = answer.headers["Refresh"].removeprefix("0;url=")
    assert url.startswith(f"{provider.issuer}/logout?client_id=lockkeeper-made-up&")
    assert url.endswith(
        "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Faccount%2Flogin%2F"
    )
    assert signed_in(browser) == ""


def test_who_signed_in_by_password_signs_out_here_only(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = Client()
    assert visit(browser, provider)["Location"] == "/"
    assert "Refresh" in browser.post("/account/logout/").headers
    browser.post("/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD})
    assert signed_in(browser)
    assert "Refresh" not in browser.post("/account/logout/").headers


def test_a_sign_in_in_a_new_browser_is_mailed(provider: OpenIdProvider) -> None:
    alice = cast.alice()
    User.objects.filter(pk=alice.pk).update(created_at="2026-01-01T00:00:00Z")
    link(alice, provider)
    visit(Client(), provider)
    assert any("new browser" in mail.subject for mail in sent())
