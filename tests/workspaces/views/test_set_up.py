"""The set-up page: for whoever reads the terminal, once."""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from workspaces.models import AuditEvent, User
from workspaces.sign_in import setup_code

pytestmark = pytest.mark.django_db
SAID = {"name": "Alice", "email": "alice@example.org", "password": cast.PASSWORD}


def set_up(code: str, **more: str) -> int:
    return Client().post("/set-up/", {**SAID, "code": code, **more}).status_code


def test_a_new_instance_leads_to_the_set_up_page() -> None:
    assert Client().get("/").headers["Location"] == "/set-up/"
    page = Client().get("/set-up/")
    assert page.status_code == 200
    assert "Set-up code" in page.content.decode()


def test_the_code_makes_an_administrator_who_is_signed_in() -> None:
    browser = Client()
    answer = browser.post("/set-up/", {**SAID, "code": setup_code.issue()}, follow=True)
    assert answer.redirect_chain[-1][0] == "/me/"
    alice = User.objects.get()
    assert alice.is_staff
    assert alice.check_password(cast.PASSWORD)
    assert cast.personal(alice).is_personal
    event = AuditEvent.objects.get(action="accounts:person:add")
    assert event.details == {"flags": ["administrator"]}


def test_the_code_is_read_without_regard_to_letters_and_hyphens() -> None:
    code = setup_code.issue().upper().replace("-", " ")
    assert set_up(code) == 302


@pytest.mark.parametrize("code", ["", "wrong", "aaaaa-aaaaa-aaaaa-aaaaa"])
def test_without_the_code_no_account_is_made(code: str) -> None:
    setup_code.issue()
    assert set_up(code) == 200
    assert not User.objects.exists()


def test_an_older_code_no_longer_works() -> None:
    older, newer = setup_code.issue(), setup_code.issue()
    assert set_up(older) == 200
    assert set_up(newer) == 302


def test_a_code_works_once() -> None:
    code = setup_code.issue()
    assert setup_code.use(code)
    assert not setup_code.use(code)


def test_a_mistake_in_another_field_does_not_use_the_code_up() -> None:
    code = setup_code.issue()
    assert set_up(code, password="short") == 200
    assert set_up(code) == 302


def test_guessing_is_slowed_down() -> None:
    code = setup_code.issue()
    for _ in range(10):
        assert set_up("wrong") == 200
    answer = Client().post("/set-up/", {**SAID, "code": code})
    assert "Too many tries" in answer.content.decode()
    assert not User.objects.exists()


def test_once_there_is_an_account_the_page_is_gone() -> None:
    code = setup_code.issue()
    cast.bob()
    assert Client().get("/set-up/").status_code == 404
    assert set_up(code) == 404
    assert Client().get("/").headers["Location"] == "/account/login/"


def test_only_a_hash_of_the_code_is_kept_where_only_the_owner_reads() -> None:
    code = setup_code.issue()
    place = Path(settings.LOCKKEEPER_DATA) / "set_up_code"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert code not in place.read_text()
    assert len(code.replace("-", "")) == 20


def test_the_password_is_not_in_the_answer() -> None:
    said = {**SAID, "code": "wrong", "password": "made-up-typed-password"}
    assert b"made-up-typed" not in Client().post("/set-up/", said).content


@pytest.mark.parametrize(
    ("address", "is_full"), [("2001:db8::{}", True), ("2001:db8:{}::1", False)]
)
def test_a_client_with_many_addresses_of_one_network_is_one_client(
    address: str, is_full: bool
) -> None:
    code = setup_code.issue()
    for number in range(1, 12):
        Client(REMOTE_ADDR=address.format(number)).post("/set-up/", {**SAID, "code": "wrong"})
    last = Client(REMOTE_ADDR=address.format(99)).post("/set-up/", {**SAID, "code": code})
    assert ("Too many tries" in last.content.decode()) is is_full
    assert User.objects.exists() is not is_full


def test_a_wrong_code_and_a_short_password_are_told_together() -> None:
    setup_code.issue()
    said = {**SAID, "code": "wrong", "password": "short"}
    page = Client().post("/set-up/", said).content.decode()
    assert "2 things need your attention" in page
    assert "This is not the code in the terminal." in page
    assert "at least 12 characters" in page


def test_guessing_is_slowed_down_whatever_else_is_in_the_form() -> None:
    code = setup_code.issue()
    for _ in range(10):
        set_up("wrong", password="short")
    page = Client().post("/set-up/", {**SAID, "code": code, "password": "short"})
    assert "Too many tries" in page.content.decode()


def test_whoever_has_just_chosen_a_password_is_not_asked_for_it_again() -> None:
    browser = Client()
    browser.post("/set-up/", {**SAID, "code": setup_code.issue()})
    assert browser.get("/admin/accounts/").status_code == 200
    assert browser.get(f"/admin/accounts/{User.objects.get().pk}/").status_code == 200
