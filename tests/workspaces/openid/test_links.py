"""Linked accounts: link one, remove one, join by one, and prove by one who a person is."""

import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from tests import cast
from tests.stand_ins.openid_provider import OpenIdProvider
from tests.workspaces.mailing import sent
from tests.workspaces.members.test_teams import owner, team_of
from tests.workspaces.openid.visits import back, given, link, signed_in, start, visit
from workspaces.members import invitations
from workspaces.models import AuditEvent, LinkedAccount, Participant, User
from workspaces.models.roles import OrganizationRole, Role
from workspaces.openid import linked_accounts
from workspaces.sign_in import factors, totp

PAGE = "/account/"
LINK = "/account/openid/corp/link/"
PROVE = "/account/openid/corp/prove/"


def by_password(email: str = "alice@example.org") -> Client:
    """A browser in which somebody has just signed in by password."""
    browser = Client()
    browser.post("/account/login/", {"login": email, "password": cast.PASSWORD})
    assert signed_in(browser) == email
    return browser


def grow_old(browser: Client) -> None:
    """The last proof was six minutes ago."""
    session = browser.session
    for record in session.get("account_authentication_methods", []):
        record["at"] -= 360
    session.save()


def without_password(person: User) -> User:
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


def test_a_person_links_an_account_and_signs_in_with_it(provider: OpenIdProvider) -> None:
    cast.alice()
    browser = by_password()
    assert "Link<span" in browser.get(PAGE).content.decode()
    answer = back(browser, provider.consent(start(browser, LINK), email="a@corp.example"))
    assert answer["Location"] == PAGE
    page = browser.get(PAGE).content.decode()
    assert "Corp is linked: from now on it signs you in." in page
    assert "a@corp.example" in page
    assert any("Sign-in with Corp was added" in mail.subject for mail in sent())
    assert AuditEvent.objects.filter(action="accounts:link:add").count() == 1
    other = Client()
    visit(other, provider)
    assert signed_in(other) == "alice@example.org"


def test_linking_asks_for_a_fresh_proof(provider: OpenIdProvider) -> None:
    cast.alice()
    browser = by_password()
    grow_old(browser)
    answer = browser.post(LINK)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_a_link_begun_by_one_person_is_not_ended_by_another(provider: OpenIdProvider) -> None:
    cast.alice()
    cast.mallory()
    browser = by_password()
    answer = provider.consent(start(browser, LINK))
    browser.post("/account/logout/")
    browser.post("/account/login/", {"login": "mallory@example.org", "password": cast.PASSWORD})
    assert back(browser, answer).status_code == 400
    assert not LinkedAccount.objects.exists()


def test_an_account_is_linked_with_one_person(provider: OpenIdProvider) -> None:
    cast.alice()
    link(cast.bob(), provider)
    browser = by_password()
    answer = back(browser, provider.consent(start(browser, LINK)))
    assert answer.status_code == 409
    assert "Another account of this Lockkeeper" in answer.content.decode()
    assert LinkedAccount.objects.get().person == cast.bob()


def test_a_person_links_one_account_of_a_provider(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider, "first")
    browser = by_password()
    assert back(browser, provider.consent(start(browser, LINK)))["Location"] == PAGE
    assert "You have linked an account of Corp already" in browser.get(PAGE).content.decode()
    assert LinkedAccount.objects.get().subject == "first"
    again = provider.consent(start(browser, LINK), sub="first")
    assert back(browser, again)["Location"] == PAGE, "the same one changes nothing"


def test_a_link_is_removed(provider: OpenIdProvider) -> None:
    row = link(cast.alice(), provider)
    browser, other = by_password(), Client()
    visit(other, provider)
    answer = browser.post(f"/account/links/{row.pk}/remove/", follow=True)
    assert "The link with Corp is removed." in answer.content.decode()
    assert visit(Client(), provider).status_code == 403
    assert other.get(PAGE).status_code == 302, "the other sessions have ended"
    assert any("Sign-in with Corp was removed" in mail.subject for mail in sent())
    assert AuditEvent.objects.get(action="accounts:link:remove").actor_id == cast.alice().pk


def test_somebody_elses_link_is_not_there(provider: OpenIdProvider) -> None:
    row = link(cast.bob(), provider)
    cast.alice()
    assert by_password().post(f"/account/links/{row.pk}/remove/").status_code == 404
    assert LinkedAccount.objects.exists()


def test_the_last_way_in_stays(provider: OpenIdProvider, settings: LazySettings) -> None:
    """A password, a passkey or another link that works is a way in; recovery codes are none."""
    row = link(without_password(cast.alice()), provider)
    browser = Client()
    remove = f"/account/links/{row.pk}/remove/"
    visit(browser, provider, auth_time=int(time.time()))
    assert "only way to sign in" in browser.post(remove, follow=True).content.decode()
    gone = LinkedAccount.objects.create(
        person=cast.alice(), provider="gone", issuer="https://gone.example", subject="1"
    )
    assert "only way to sign in" in browser.post(remove, follow=True).content.decode()
    assert "not set up here any more" in browser.get(PAGE).content.decode()
    settings.LOCKKEEPER_OPENID |= {"gone": given("https://gone.example", name="Gone")}
    assert "is removed" in browser.post(remove, follow=True).content.decode()
    assert LinkedAccount.objects.get() == gone


def test_a_passkey_is_a_way_in(provider: OpenIdProvider) -> None:
    row, alice = link(without_password(cast.alice()), provider), cast.alice()
    factors.add_app(alice, seed=totp.new_seed(), step=0, caller=cast.CALLER)
    with pytest.raises(linked_accounts.LastWayIn):  # an app is a second step only
        linked_accounts.remove_link(alice, row.pk, caller=cast.CALLER)
    factors.add_passkey(alice, name="Phone", credential={}, caller=cast.CALLER)
    assert linked_accounts.remove_link(alice, row.pk, caller=cast.CALLER) == "Corp"


@pytest.mark.django_db
def test_the_last_passkey_stays_too() -> None:
    alice = without_password(cast.alice())
    factors.add_passkey(alice, name="Phone", credential={}, caller=cast.CALLER)
    [phone] = factors.factors_of(alice).passkeys
    with pytest.raises(linked_accounts.LastWayIn):
        factors.remove_passkey(alice, phone, caller=cast.CALLER)
    factors.add_passkey(alice, name="Key", credential={}, caller=cast.CALLER)
    factors.remove_passkey(alice, phone, caller=cast.CALLER)
    assert [each.name for each in factors.factors_of(alice).passkeys] == ["Key"]


# ---- who has no password confirms by a linked account


def at_the_proof(provider: OpenIdProvider, **claims: Any) -> tuple[Client, Any]:
    """Somebody without a password wants to add an app, and confirms by the provider."""
    browser = Client()
    visit(browser, provider)
    page = browser.get("/account/factors/app/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/account/confirm-by-provider/?next=")
    assert "Confirm with Corp" in page.content.decode()
    url = start(browser, PROVE, next="/account/factors/app/")
    assert "max_age=0" in url
    assert "prompt=login" in url
    return browser, back(browser, provider.consent(url, **claims))


def test_a_proof_at_the_provider_counts(provider: OpenIdProvider) -> None:
    link(without_password(cast.alice()), provider)
    browser, answer = at_the_proof(provider, auth_time=int(time.time()))
    assert answer["Location"] == "/account/factors/app/"
    assert browser.get("/account/factors/app/").status_code == 200


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({}, "did not ask who you are"),
        ({"auth_time": 0}, "did not ask who you are"),
        ({"auth_time": "now"}, "did not ask who you are"),
        ({"auth_time": True}, "did not ask who you are"),
        ({"sub": "another"}, "another account of Corp"),
    ],
    ids=str,
)
def test_what_proves_nothing(
    claims: dict[str, Any], sentence: str, provider: OpenIdProvider
) -> None:
    link(without_password(cast.alice()), provider)
    auth_time = int(time.time()) if "sub" in claims else int(time.time()) - 90
    browser, answer = at_the_proof(provider, **{"auth_time": auth_time, **claims})
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    assert browser.get("/account/factors/app/").status_code == 302


def test_a_provider_that_tells_no_time_proves_nothing(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["kind"] = "google"
    link(without_password(cast.alice()), provider)
    browser = Client()
    visit(browser, provider, auth_time=int(time.time()))
    page = browser.get("/account/factors/app/", follow=True).content.decode()
    assert "Corp does not say when you proved who you are." in page
    assert "Get the link" in page
    assert browser.post(PROVE).status_code == 404


def test_who_has_nothing_else_gets_a_password_by_mail(
    provider: OpenIdProvider, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID["corp"]["kind"] = "google"
    link(without_password(cast.alice()), provider)
    browser = Client()
    visit(browser, provider)
    for page in ("/account/password/set/", "/account/factors/app/"):
        assert "reauthenticate" in browser.get(page)["Location"], page
    wanted = {"action_add": "", "email": "new@example.org"}
    assert "reauthenticate" in browser.post("/account/email/", wanted)["Location"]
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    assert any("/account/password/reset/key/" in str(mail.body) for mail in sent())


def test_the_page_of_the_password_names_the_linked_account(provider: OpenIdProvider) -> None:
    link(cast.alice(), provider)
    browser = by_password()
    page = browser.get("/account/reauthenticate/?next=/account/").content.decode()
    assert "/account/confirm-by-provider/?next=%2Faccount%2F" in page
    page = browser.get("/account/confirm-by-provider/?next=/account/").content.decode()
    assert "Confirm with Corp" in page
    assert "/account/reauthenticate/?next=%2Faccount%2F" in page


def test_who_has_linked_nothing_is_asked_for_the_password(provider: OpenIdProvider) -> None:
    cast.alice()
    answer = by_password().get("/account/confirm-by-provider/?next=/account/")
    assert answer["Location"] == "/account/reauthenticate/?next=%2Faccount%2F"


# ---- invitations


def invited(email: str = "carol@example.org", role: Role = Role.USER) -> str:
    """The token of an invitation to the workspace."""
    link = invitations.invite_by_link(cast.seat(cast.workspace()), email=email, role=role)
    return link.rstrip("/").rpartition("/")[2]


def test_an_invited_person_joins_without_a_password(provider: OpenIdProvider) -> None:
    """The address is that of the invitation, whatever the provider says."""
    token, browser = invited(), Client()
    page = browser.get(f"/invitations/{token}/").content.decode()
    assert "Join with Corp, without a password" in page
    url = start(browser, f"/invitations/{token}/openid/corp/")
    stored = str(dict(browser.session))
    assert token not in stored
    answer = back(browser, provider.consent(url, email="else@example.net", name="Carol"))
    assert answer["Location"].startswith("/o/acme/web/")
    person = User.objects.get(email="carol@example.org")
    assert (signed_in(browser), person.name) == ("carol@example.org", "Carol")
    assert Participant.objects.get(user=person).role == Role.USER
    assert not person.has_usable_password()
    again = Client()
    visit(again, provider)
    assert signed_in(again) == "carol@example.org"


def test_who_is_linked_already_accepts_on_the_page(provider: OpenIdProvider) -> None:
    link(cast.bob(), provider)
    token, browser = invited("bob@example.org"), Client()
    url = start(browser, f"/invitations/{token}/openid/corp/")
    assert back(browser, provider.consent(url))["Location"] == f"/invitations/{token}/"
    assert signed_in(browser) == "bob@example.org"
    assert not Participant.objects.filter(user=cast.bob()).exists()


def test_an_invitation_to_an_address_with_an_account_makes_no_other(
    provider: OpenIdProvider,
) -> None:
    cast.bob()
    token, browser = invited("bob@example.org"), Client()
    url = start(browser, f"/invitations/{token}/openid/corp/")
    answer = back(browser, provider.consent(url, email="bob@example.org", email_verified=True))
    assert answer["Location"] == f"/invitations/{token}/"
    assert (signed_in(browser), LinkedAccount.objects.count()) == ("", 0)


def test_an_invited_person_joins_an_organization_and_a_team_the_same_way(
    provider: OpenIdProvider,
) -> None:
    release = team_of()
    link = invitations.invite_by_link(
        owner(), email="carol@example.org", role=OrganizationRole.MEMBER, teams=[release]
    )
    token, browser = link.split("/")[-2], Client()
    url = start(browser, f"/invitations/{token}/openid/corp/")
    answer = back(browser, provider.consent(url, email="private@corp.example"))
    assert answer["Location"] == "/organizations/acme/"
    assert signed_in(browser) == "carol@example.org"
    carol = User.objects.get(email="carol@example.org")
    assert carol.memberships.get().role == "member"
    assert release.members.get().user == carol


def test_an_invitation_that_was_withdrawn_meanwhile_makes_nobody(provider: OpenIdProvider) -> None:
    token, browser = invited(), Client()
    url = start(browser, f"/invitations/{token}/openid/corp/")
    found = invitations.find_invitation(token)
    invitations.withdraw(cast.seat(cast.workspace()), invitation=found)
    assert back(browser, provider.consent(url)).status_code == 404
    assert not User.objects.filter(email="carol@example.org").exists()
    assert browser.post(f"/invitations/{token}/openid/corp/").status_code == 404
