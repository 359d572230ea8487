"""The accounts' pages of the admin: a fresh sign-in, the deeds, and their refusals."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from tests import cast
from workspaces.models import AuditEvent, User

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/"


def page_of(person: User) -> str:
    return f"{LIST}{person.pk}/"


def proof_for(page: str) -> str:
    return f"/account/reauthenticate/?{urlencode({'next': page})}"


def ada() -> Client:
    return cast.client_for(cast.administrator())


def old_sign_in() -> Client:
    browser = ada()
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    return browser


def test_the_list_finds_by_a_part_of_name_or_address() -> None:
    cast.bob()
    cast.mallory()
    page = ada().get(LIST, {"q": "BOB"}).content.decode()
    assert "bob@example.org" in page
    assert "mallory@example.org" not in page
    assert "Nobody found" in ada().get(LIST, {"q": "no such\0"}).content.decode()


def test_the_list_asks_as_much_for_one_account_as_for_fifty() -> None:
    browser = ada()
    with CaptureQueriesContext(connection) as few:
        assert browser.get(LIST).content.decode().count("<tr>") == 2
    for number in range(49):
        cast.person(f"p{number}@example.org")
    with CaptureQueriesContext(connection) as many:
        assert browser.get(LIST).content.decode().count("<tr>") == 51
    assert len(many) == len(few) <= 8


def test_rights_are_given_and_shown() -> None:
    browser = ada()
    answer = browser.post(f"{page_of(cast.bob())}rights/", {"auditor": "on"}, follow=True)
    assert "The rights of Bob are saved." in answer.content.decode()
    assert User.objects.get(pk=cast.bob().pk).is_auditor


def test_the_last_administrator_is_told_why_not() -> None:
    answer = ada().post(f"{page_of(cast.administrator())}rights/", {}, follow=True)
    assert "This is the last administrator." in answer.content.decode()


def test_a_person_is_suspended_and_brought_back() -> None:
    browser = ada()
    page = browser.post(f"{page_of(cast.bob())}suspend/", follow=True).content.decode()
    assert "Bob is suspended" in page
    assert "Let Bob sign in again" in page
    page = browser.post(f"{page_of(cast.bob())}restore/", follow=True).content.decode()
    assert "Bob may sign in again." in page
    assert "Suspend Bob" in page


def test_an_only_owner_is_suspended_once_a_new_owner_is_chosen() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    browser, url = ada(), f"{page_of(cast.alice())}suspend/"
    answer = browser.post(url)
    assert "Choose who owns this organization from now on." in answer.content.decode()
    assert User.objects.get(pk=cast.alice().pk).is_active
    stranger = browser.post(url, {str(place.organization_id): str(cast.mallory().pk)})
    assert stranger.status_code == 200
    assert User.objects.get(pk=cast.alice().pk).is_active
    browser.post(url, {str(place.organization_id): str(cast.bob().pk)})
    assert not User.objects.get(pk=cast.alice().pk).is_active


def test_all_sessions_of_a_person_are_ended() -> None:
    bobs = cast.client_for(cast.bob())
    ada().post(f"{page_of(cast.bob())}end-sessions/")
    assert bobs.get("/account/").status_code == 302


def test_ones_own_account_has_no_button_to_suspend_it() -> None:
    page = ada().get(page_of(cast.administrator())).content.decode()
    assert "Another administrator can suspend it." in page
    assert "/suspend/" not in page


def test_an_old_sign_in_is_asked_for_the_password_and_comes_back() -> None:
    browser, page = old_sign_in(), page_of(cast.bob())
    asked = browser.get(page)
    assert (asked.status_code, asked.url) == (302, proof_for(page))
    back = browser.post(asked.url, {"password": cast.PASSWORD, "next": page})
    assert (back.status_code, back.url) == (302, page)
    assert browser.get(page).status_code == 200


@pytest.mark.parametrize("deed", ["rights", "suspend", "restore", "end-sessions"])
def test_what_an_old_sign_in_sends_is_dropped(deed: str) -> None:
    browser, page = old_sign_in(), page_of(cast.bob())
    before = AuditEvent.objects.count()
    referer = {"referer": f"http://testserver{page}"}
    answer = browser.post(f"{page}{deed}/", {"auditor": "on"}, headers=referer)
    assert (answer.status_code, answer.url) == (303, proof_for(page))
    assert AuditEvent.objects.count() == before
    assert User.objects.get(pk=cast.bob().pk).is_active
    assert "auditor" not in str(browser.session.items())
    shown = browser.get(answer.url).content.decode()
    assert "Nothing was changed yet" in shown


def test_a_form_with_errors_is_a_place_to_come_back_to() -> None:
    cast.participant(cast.workspace(), cast.bob())
    browser, url = old_sign_in(), f"{page_of(cast.alice())}suspend/"
    sent = browser.post(url, headers={"referer": f"http://testserver{url}"})
    back = browser.post(sent.url, {"password": cast.PASSWORD, "next": url}, follow=True)
    assert back.redirect_chain[-1][0] == page_of(cast.alice())
    assert back.status_code == 200


def test_an_unknown_account_is_a_404() -> None:
    assert ada().get(f"{LIST}{UUID(int=7)}/").status_code == 404


def test_an_auditor_may_not_look_after_people() -> None:
    browser = cast.client_for(cast.auditor())
    assert browser.get(LIST).status_code == 403
    assert browser.get(page_of(cast.bob())).status_code == 403
    assert browser.post(f"{page_of(cast.bob())}suspend/").status_code == 403
