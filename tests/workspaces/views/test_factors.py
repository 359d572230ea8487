"""The pages of second factors, and the sign-in with one."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import cast
from tests.common.test_crypto import TWO
from tests.workspaces.sign_in.apps import code_of, give_app
from workspaces.models import AuditEvent, BrowserSession, RefusedSignIn, User
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db
PAGE = "/account/factors/"
APP = f"{PAGE}app/"


def text(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def seed_on(page: str) -> str:
    found = re.search(r'mono wrap">([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>(\d{10})</li>", page)


def password_step(browser: Client, person: User) -> str:
    said = {"login": person.email, "password": cast.PASSWORD}
    answer = browser.post("/account/login/", said)
    return str(answer.headers.get("Location", ""))


def is_signed_in(browser: Client) -> bool:
    return browser.get(PAGE).status_code == 200


def overdue(person: User) -> None:
    long_ago = timezone.now() - timedelta(days=7, seconds=1)
    User.objects.filter(pk=person.pk).update(administrator_since=long_ago)


def test_an_app_is_added_by_its_first_code_and_codes_are_shown_once() -> None:
    browser = cast.client_for(cast.bob())
    assert "Add an authenticator app" in text(browser, PAGE)
    seed = seed_on(text(browser, APP))
    assert seed_on(text(browser, APP)) == seed, "a second look, or a wrong code, keeps the key"
    answer = browser.post(APP, {"code": code_of(seed)}).content.decode()
    codes = codes_on(answer)
    assert len(codes) == 10
    assert "They are shown only now" in answer
    after = text(browser, PAGE)
    assert "10 of your recovery codes are left" in after
    assert not codes_on(after)
    assert seed not in after
    assert browser.get(APP).status_code == 302


def test_a_wrong_first_code_adds_nothing_and_keeps_the_key() -> None:
    browser = cast.client_for(cast.bob())
    seed = seed_on(text(browser, APP))
    wrong = f"{(int(code_of(seed)) + 1) % 10**6:06}"
    if wrong in {code_of(seed, steps=-1), code_of(seed, steps=1)}:
        wrong = "12345"
    answer = browser.post(APP, {"code": wrong}).content.decode()
    assert "This code is not right" in answer
    assert seed_on(answer) == seed
    assert not Authenticator.objects.exists()
    assert "Code" in browser.post(APP, {}).content.decode()


def test_the_waiting_key_is_in_no_row_in_clear() -> None:
    browser = cast.client_for(cast.bob())
    seed = seed_on(text(browser, APP))
    rows = [str(row.get_decoded()) for row in Session.objects.all()]
    assert any("new_app" in row for row in rows)
    assert not any(seed in row for row in rows)


def test_the_sign_in_asks_for_the_second_step() -> None:
    seed, _ = give_app(cast.bob())
    browser = Client()
    assert password_step(browser, cast.bob()) == "/account/second-step/"
    assert not is_signed_in(browser)
    assert "Second step" in text(browser, "/account/second-step/")
    answer = browser.post("/account/second-step/", {"code": code_of(seed)})
    assert answer.status_code == 302
    assert is_signed_in(browser)


def test_the_second_step_needs_the_first() -> None:
    seed, _ = give_app(cast.bob())
    answer = Client().post("/account/second-step/", {"code": code_of(seed)})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/")


def test_a_used_code_signs_nobody_in_again() -> None:
    seed, _ = give_app(cast.bob())
    code = code_of(seed)
    for browser, works in ((Client(), True), (Client(), False)):
        password_step(browser, cast.bob())
        answer = browser.post("/account/second-step/", {"code": code})
        assert is_signed_in(browser) == works
    assert "it was used already" in answer.content.decode()
    assert code not in answer.content.decode().replace(f'value="{code}"', "")
    assert RefusedSignIn.objects.get().person == cast.bob()


def test_who_is_suspended_at_the_second_step_gets_no_session_for_later() -> None:
    seed, _ = give_app(cast.bob())
    browser, keeper = Client(), Keeper(None, cast.CALLER)
    password_step(browser, cast.bob())
    accounts.suspend(cast.bob(), heirs={}, keeper=keeper)
    answer = browser.post("/account/second-step/", {"code": code_of(seed)})
    assert answer.headers["Location"] == "/account/inactive/"
    assert not BrowserSession.objects.filter(person=cast.bob()).exists()
    accounts.reinstate(cast.bob(), keeper=keeper)
    assert not is_signed_in(browser)
    assert browser.get("/account/second-step/").headers["Location"] == "/account/login/"


def test_an_old_password_is_worth_nothing_at_the_second_step_either() -> None:
    seed, _ = give_app(cast.bob())
    browser, bob = Client(), User.objects.get(pk=cast.bob().pk)
    password_step(browser, bob)
    bob.set_password("another-made-up-password")
    bob.save(update_fields=["password"])
    answer = browser.post("/account/second-step/", {"code": code_of(seed)}, follow=True)
    assert "Your password has changed since this sign-in began." in answer.content.decode()
    assert not is_signed_in(browser)


def test_a_recovery_code_signs_in_once() -> None:
    _, codes = give_app(cast.bob())
    for works in (True, False):
        browser = Client()
        password_step(browser, cast.bob())
        browser.post("/account/second-step/", {"code": codes[0]})
        assert is_signed_in(browser) == works


def test_five_wrong_codes_are_slowed_down() -> None:
    seed, _ = give_app(cast.bob())
    browser = Client()
    password_step(browser, cast.bob())
    for _ in range(5):
        browser.post("/account/second-step/", {"code": "12345"})
    answer = browser.post("/account/second-step/", {"code": code_of(seed)}).content.decode()
    assert "Too many" in answer
    assert not is_signed_in(browser)


def test_a_missing_key_is_told_and_no_fault(settings: LazySettings) -> None:
    seed, _ = give_app(cast.bob())
    settings.LOCKKEEPER_KEYS = TWO
    browser = Client()
    password_step(browser, cast.bob())
    answer = browser.post("/account/second-step/", {"code": code_of(seed)}).content.decode()
    assert "the sealing key of your second factor is missing" in answer


def test_a_new_password_by_mail_leaves_the_second_factor_on() -> None:
    give_app(cast.bob())
    bob = User.objects.get(pk=cast.bob().pk)
    bob.set_password("another-made-up-password")
    bob.save(update_fields=["password"])
    browser = Client()
    said = {"login": bob.email, "password": "another-made-up-password"}
    assert browser.post("/account/login/", said).headers["Location"] == "/account/second-step/"


def test_a_change_of_factors_ends_the_other_sessions_and_changes_the_cookie() -> None:
    phone, browser = cast.client_for(cast.bob()), cast.client_for(cast.bob())
    before = browser.session.session_key
    seed = seed_on(text(browser, APP))
    browser.post(APP, {"code": code_of(seed)})
    assert not is_signed_in(phone)
    assert is_signed_in(browser)
    assert browser.session.session_key != before
    assert BrowserSession.objects.filter(person=cast.bob()).count() <= 1


def test_the_app_is_removed_after_a_question() -> None:
    give_app(cast.bob())
    browser = cast.client_for(cast.bob())
    assert "Remove the authenticator app?" in text(browser, f"{APP}remove/")
    assert Authenticator.objects.exists()
    answer = browser.post(f"{APP}remove/", follow=True).content.decode()
    assert "The authenticator app is removed." in answer
    assert not Authenticator.objects.exists()


def test_an_administrator_is_told_the_day_and_then_led_there() -> None:
    browser = cast.client_for(cast.administrator())
    assert "Administrators need a second factor. Add yours by" in text(browser, "/admin/accounts/")
    overdue(cast.administrator())
    for path in ("/", "/admin/", "/account/", "/me/", "/admin/accounts/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, PAGE), path
    fragment = browser.get("/me/", headers={"hx-request": "true"})
    assert fragment.headers["HX-Redirect"] == PAGE
    assert "You are an administrator." in text(browser, PAGE)
    browser.post(APP, {"code": code_of(seed_on(text(browser, APP)))})
    assert browser.get("/admin/accounts/").status_code == 200
    assert "Administrators need" not in text(browser, "/account/")


def test_others_are_led_nowhere() -> None:
    overdue(cast.bob())
    assert cast.client_for(cast.bob()).get("/account/").status_code == 200
    assert cast.client_for(cast.auditor()).get("/admin/").status_code == 200


def test_the_days_begin_when_somebody_becomes_administrator() -> None:
    browser = cast.client_for(cast.administrator())
    User.objects.filter(pk=cast.bob().pk).update(created_at=timezone.now() - timedelta(days=90))
    browser.post(f"/admin/accounts/{cast.bob().pk}/rights/", {"administrator": "on"})
    bob = User.objects.get(pk=cast.bob().pk)
    assert bob.factor_due_at
    assert timedelta(days=6) < bob.factor_due_at - timezone.now() <= timedelta(days=7)
    since = bob.administrator_since
    browser.post(
        f"/admin/accounts/{cast.bob().pk}/rights/", {"administrator": "on", "auditor": "on"}
    )
    assert User.objects.get(pk=bob.pk).administrator_since == since


def test_an_administrator_resets_the_factors_of_somebody() -> None:
    give_app(cast.bob())
    bobs = cast.client_for(cast.bob())
    ada = cast.client_for(cast.administrator())
    page = f"/admin/accounts/{cast.bob().pk}/"
    assert "Reset the second factor" in text(ada, page)
    answer = ada.post(f"{page}reset-factors/", follow=True).content.decode()
    assert "Bob has no second factor now" in answer
    assert "Reset the second factor" not in answer
    assert not is_signed_in(bobs)
    assert not Authenticator.objects.exists()


def test_an_administrator_does_not_reset_their_own_factor_there() -> None:
    give_app(cast.administrator())
    ada = cast.client_for(cast.administrator())
    page = f"/admin/accounts/{cast.administrator().pk}/"
    assert "Reset the second factor" not in text(ada, page)
    answer = ada.post(f"{page}reset-factors/", follow=True).content.decode()
    assert "These are your own factors" in answer
    assert Authenticator.objects.exists()


def test_the_page_of_the_organization_needs_the_factor_too() -> None:
    home = cast.organization()
    cast.participant(cast.workspace(), cast.bob())
    browser = cast.client_for(cast.bob())
    assert browser.get("/organizations/acme/").status_code == 200
    type(home).objects.update(requires_factor=True)
    answer = browser.get("/organizations/acme/")
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert browser.get("/organizations/acme/overview/").status_code == 302
    give_app(cast.bob())
    assert cast.client_for(cast.bob()).get("/organizations/acme/").status_code == 200


def test_an_owner_requires_a_factor_and_members_are_led_to_add_one() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    give_app(cast.alice())
    alice, bob = cast.client_for(cast.alice()), cast.client_for(cast.bob())
    answer = alice.post("/organizations/acme/second-factor/", {"act": "require"}, follow=True)
    assert "Nobody opens the workspaces of Acme without a second factor" in answer.content.decode()
    assert "Without one: Bob." in answer.content.decode()
    of_all = reverse("overview:organization", args=["acme"])
    for path in ("/o/acme/web/", "/o/acme/web/credentials/", of_all):
        led = bob.get(path, follow=True)
        assert led.redirect_chain[0][0] == PAGE, path
        assert "Acme requires a second factor of all its people" in led.content.decode()
    assert (
        "/o/acme/web/" not in bob.get(reverse("overview:mine")).content.decode().split("<main")[1]
    )
    assert alice.get("/o/acme/web/").status_code == 200
    assert bob.get("/me/").status_code == 200
    give_app(cast.bob())
    with_factor = cast.client_for(cast.person("bob@example.org"))
    assert with_factor.get("/o/acme/web/").status_code == 200
    assert "/o/acme/web/" in text(with_factor, reverse("overview:mine")).split("<main")[1]
    event = AuditEvent.objects.get(action="workspaces:organization:factor")
    assert event.details == {"new": "required"}
    alice.post("/organizations/acme/second-factor/", {"act": "release"})
    place.organization.refresh_from_db()
    assert not place.organization.requires_factor


def test_an_owner_without_a_factor_cannot_shut_themselves_out() -> None:
    place = cast.workspace()
    alice = cast.client_for(cast.alice())
    answer = alice.post("/organizations/acme/second-factor/", {"act": "require"}, follow=True)
    assert "Add a second factor of your own first" in answer.content.decode()
    place.organization.refresh_from_db()
    assert not place.organization.requires_factor


def test_the_requirement_costs_no_query() -> None:
    place = cast.workspace()
    give_app(cast.alice())
    alice = cast.client_for(User.objects.get(pk=cast.alice().pk))
    with CaptureQueriesContext(connection) as without:
        alice.get("/o/acme/web/people/")
    place.organization.requires_factor = True
    place.organization.save(update_fields=["requires_factor"])
    with CaptureQueriesContext(connection) as required:
        assert alice.get("/o/acme/web/people/").status_code == 200
    assert len(required) == len(without)


def test_a_factor_confirms_who_it_is() -> None:
    seed, _ = give_app(cast.bob())
    browser = cast.client_for(User.objects.get(pk=cast.bob().pk))
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    asked = browser.get(f"{APP}remove/")
    assert asked.status_code == 302
    assert "Use a code of your second factor instead" in text(browser, asked.url)
    proof = f"/account/confirm-by-code/?next={APP}remove/"
    assert "Use your password instead" in text(browser, proof)
    back = browser.post(proof, {"code": code_of(seed), "next": f"{APP}remove/"})
    assert (back.status_code, back.url) == (302, f"{APP}remove/")
    assert browser.get(f"{APP}remove/").status_code == 200
