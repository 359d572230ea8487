"""The pages that delete an account and bring it back."""

import pytest
from django.test import Client

from common.models import OutgoingMail
from credentials_app.services.account_deletion import delete_account
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.services.test_account_deletion import again, token_mailed_to
from workspaces.members import invitations
from workspaces.models import AuditEvent, User
from workspaces.models.roles import Role
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db
OWN = "/account/delete/"
BACK = "accounts:account:restore"


def of(person: User) -> str:
    return f"/admin/accounts/{person.pk}/"


def text(answer: object) -> str:
    return " ".join(getattr(answer, "content", b"").decode().split())


def ada() -> Client:
    return cast.client_for(cast.administrator())


def test_the_page_shows_what_ends_and_asks_for_the_address() -> None:
    scenes.stored(by=cast.seat(cast.personal(cast.bob()), cast.bob()))
    browser = cast.client_for(cast.bob())
    assert OWN in text(browser.get("/account/"))
    page = text(browser.get(OWN))
    assert "1 open session," in page
    assert "The personal workspace with 1 credential:" in page
    assert "nothing was deleted" in text(browser.post(OWN, {"address": "Bob"}))
    assert again(cast.bob()).deleted_at is None
    page = text(browser.post(OWN, {"address": "BOB@example.org"}, follow=True))
    assert "Your account was deleted." in page
    assert again(cast.bob()).deleted_at is not None
    assert browser.get("/account/").status_code == 302


def test_who_alone_owns_an_organization_chooses_an_heir() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    browser = cast.client_for(cast.alice())
    fields = {"address": "alice@example.org"}
    assert "Choose who owns this organization from now on." in text(browser.post(OWN, fields))
    assert again(cast.alice()).deleted_at is None
    browser.post(OWN, {**fields, str(place.organization_id): str(cast.bob().pk)})
    assert again(cast.alice()).deleted_at is not None


def test_the_last_administrator_is_told_why_not() -> None:
    answer = ada().post(OWN, {"address": cast.administrator().email})
    assert "This is the last administrator." in text(answer)
    assert again(cast.administrator()).is_active


def test_the_link_of_the_mail_asks_first_and_signs_nobody_in() -> None:
    bob = cast.bob()
    delete_account(bob, heirs={}, keeper=Keeper(bob, cast.CALLER))
    link, browser = f"/account/return/{token_mailed_to(bob)}/", Client()
    assert "bob@example.org" in text(browser.get(link))
    assert again(bob).deleted_at is not None
    page = text(browser.post(link, follow=True))
    assert "Your account is back. Sign in as before." in page
    assert again(bob).is_active
    assert AuditEvent.objects.get(action=BACK).target_id == str(bob.pk)
    assert browser.get("/account/").status_code == 302
    assert browser.get(link).status_code == 404
    assert browser.post(link).status_code == 404


def test_an_administrator_deletes_and_brings_back() -> None:
    bob, browser = cast.bob(), ada()
    assert f"{of(bob)}delete/" in text(browser.get(of(bob)))
    page = text(browser.post(f"{of(bob)}delete/", {"address": bob.email}, follow=True))
    assert "The account of Bob was deleted." in page
    assert "Bring the account back" in page
    assert "Rights over the instance" not in page
    assert "account deleted" in text(browser.get("/admin/accounts/"))
    page = text(browser.post(f"{of(bob)}restore/", follow=True))
    assert "This account is deleted. Bring it back first." in page
    page = text(browser.post(f"{of(bob)}bring-back/", follow=True))
    assert "The account of Bob is back." in page
    assert AuditEvent.objects.get(action=BACK).actor_id == cast.administrator().pk
    page = text(browser.post(f"{of(bob)}bring-back/", follow=True))
    assert "This account is not deleted." in page


def test_the_mail_says_who_deleted_it_and_carries_a_link_only_to_its_person() -> None:
    bob = cast.bob()
    ada().post(f"{of(bob)}delete/", {"address": bob.email})
    assert token_mailed_to(bob) == ""
    assert OutgoingMail.objects.get(to=bob.email).subject == "Your account was deleted"


def test_ones_own_account_is_deleted_on_the_own_page() -> None:
    answer = ada().get(f"{of(cast.administrator())}delete/")
    assert (answer.status_code, answer.url) == (302, OWN)


def test_an_invitation_to_a_deleted_account_says_how_it_comes_back() -> None:
    bob = cast.bob()
    delete_account(bob, heirs={}, keeper=Keeper(bob, cast.CALLER))
    link = invitations.invite_by_link(
        cast.seat(cast.workspace()), email=bob.email, role=Role.VIEWER
    )
    page = text(Client().get(f"/{link.split('/', 3)[3]}"))
    assert "The account with this address was deleted." in page
    assert "<form" not in page
