"""The admin reads people, places and what was done, and changes nothing."""

import pytest
from django.contrib import admin
from django.test import Client

from tests import cast
from tests.credentials_app import scenes
from workspaces.admin.site import AuditSite, ReadOnly
from workspaces.models import User
from workspaces.sign_in.refused import count_refused

pytestmark = pytest.mark.django_db


def test_the_admin_is_the_audit() -> None:
    assert isinstance(admin.site, AuditSite)


def test_what_other_packages_would_let_be_edited_is_not_shown() -> None:
    labels = {model._meta.app_label for model in admin.site._registry}
    assert not labels & {"auth", "account", "sessions"}
    assert isinstance(admin.site._registry[User], ReadOnly)


@pytest.mark.parametrize(
    "model", ["user", "organization", "workspace", "auditevent", "refusedsignin"]
)
def test_administrators_and_auditors_read_every_row(model: str) -> None:
    cast.workspace()
    count_refused(cast.bob(), "192.0.2.7")
    for reader in (cast.administrator(), cast.auditor()):
        browser = cast.client_for(reader)
        page = browser.get(f"/admin/workspaces/{model}/")
        assert page.status_code == 200
        row = page.context["cl"].result_list[0]
        assert browser.get(f"/admin/workspaces/{model}/{row.pk}/change/").status_code == 200


def test_a_workspace_shows_who_is_in_it() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "viewer")
    page = cast.client_for(cast.auditor()).get(f"/admin/workspaces/workspace/{place.pk}/change/")
    assert "bob@example.org (viewer)" in page.content.decode()


def test_no_password_hash_is_shown() -> None:
    bob = cast.bob()
    page = cast.client_for(cast.administrator()).get(f"/admin/workspaces/user/{bob.pk}/change/")
    assert bob.password not in page.content.decode()
    assert "md5$" not in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "user/?password__startswith=md5",
        "user/?password=x",
        "auditevent/?details__contains=x",
        "auditevent/?outcome=%00",
        "workspace/?owner__password__startswith=md5",
    ],
)
def test_no_column_is_guessed_letter_by_letter_nor_asked_for_what_none_takes(address: str) -> None:
    answer = cast.client_for(cast.auditor()).get(f"/admin/workspaces/{address}")
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["user/?is_staff__exact=1", "auditevent/?outcome=done"])
def test_the_filters_of_a_list_narrow_it(address: str) -> None:
    assert cast.client_for(cast.auditor()).get(f"/admin/workspaces/{address}").status_code == 200


def test_a_posted_change_is_refused() -> None:
    bob = cast.bob()
    browser = cast.client_for(cast.administrator())
    answer = browser.post(f"/admin/workspaces/user/{bob.pk}/change/", {"name": "Eve"})
    assert answer.status_code == 403
    assert cast.bob().name == "Bob"


def test_the_admin_has_no_sign_in_of_its_own() -> None:
    cast.administrator()
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")
    browser = Client()
    said = {"username": "ada@example.org", "password": cast.PASSWORD}
    answer = browser.post("/admin/login/", said)
    assert answer.headers["Location"].startswith("/account/login/")
    assert browser.get("/admin/").status_code == 302


def test_who_signs_in_on_the_way_to_the_admin_arrives_there() -> None:
    cast.auditor()
    browser = Client()
    page = browser.get("/admin/", follow=True)
    said = {"login": "audrey@example.org", "password": cast.PASSWORD}
    answer = browser.post(page.redirect_chain[-1][0], said, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert answer.status_code == 200


def test_a_suspended_administrator_is_out() -> None:
    browser = cast.client_for(cast.administrator())
    cast.person("b@example.org", administrator=True)
    User.objects.filter(pk=cast.administrator().pk).update(is_active=False)
    assert browser.get("/admin/").status_code == 302


def test_a_list_is_named_after_what_it_contains_and_no_choice_is_dashes() -> None:
    page = cast.client_for(cast.administrator()).get("/admin/workspaces/auditevent/")
    assert "<h1>Audit events</h1>" in page.content.decode()
    scenes.stored()
    page = cast.client_for(cast.administrator()).get("/admin/credentials_app/credential/")
    assert "---------" not in page.content.decode()
    assert "Choose an action" in page.content.decode()
