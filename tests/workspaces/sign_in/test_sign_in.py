"""Signing in, out, and getting a new password, as a person does it in a browser."""

import re

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.workspaces.mailing import link_in_last_mail, sent
from workspaces.models import AuditEvent, RefusedSignIn, User

pytestmark = pytest.mark.django_db
NEW = "another-made-up-password"


def sign_in(browser: Client, email: str = "alice@example.org", password: str = "") -> int:
    said = {"login": email, "password": password or cast.PASSWORD}
    return browser.post("/account/login/", said).status_code


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))


def test_a_person_signs_in_by_address_and_lands_in_their_place() -> None:
    cast.alice()
    browser = Client()
    answer = browser.post(
        "/account/login/",
        {"login": "ALICE@example.org", "password": cast.PASSWORD},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == "/me/"
    assert answer.status_code == 200
    assert "accounts:session:start" in actions()


def test_a_wrong_password_is_told_without_naming_what_is_wrong() -> None:
    cast.alice()
    known = Client().post(
        "/account/login/", {"login": "alice@example.org", "password": "made-up-wrong-1"}
    )
    unknown = Client().post(
        "/account/login/", {"login": "nobody@example.org", "password": "made-up-wrong-1"}
    )
    message = "The email address and/or password you specified are not correct."
    for answer in (known, unknown):
        assert answer.status_code == 200
        assert message in answer.content.decode()
        assert "made-up-wrong-1" not in answer.content.decode()


def test_what_is_typed_as_an_address_is_not_kept_when_it_is_none() -> None:
    cast.alice()
    sign_in(Client(), email="my-secret-made-up-password@example.org", password="x")
    sign_in(Client(), password="made-up-wrong-1")
    refused = RefusedSignIn.objects.order_by("pk")
    assert [str(row.person or "no account") for row in refused] == [
        "no account",
        "Alice <alice@example.org>",
    ]
    kept = [*RefusedSignIn.objects.values(), *AuditEvent.objects.values()]
    assert "made-up" not in str(kept)


def test_too_many_wrong_passwords_are_slowed_down() -> None:
    cast.alice()
    for _ in range(5):
        assert sign_in(Client(), password="made-up-wrong-1") == 200
    answer = Client().post(
        "/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD}
    )
    assert "Too many failed login attempts" in answer.content.decode()


def test_a_stranger_locks_nobody_out_but_at_their_own_address() -> None:
    cast.alice()
    stranger, alice = Client(REMOTE_ADDR="192.0.2.66"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(8):
        sign_in(stranger, password="made-up-wrong-1")
    told = stranger.post(
        "/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD}
    )
    assert "Too many failed login attempts" in told.content.decode()
    assert sign_in(alice) == 302


def test_one_client_tries_ten_accounts_a_minute_at_most() -> None:
    cast.alice()
    stranger = Client(REMOTE_ADDR="192.0.2.66")
    for number in range(10):
        sign_in(stranger, f"nobody-{number}@example.org", "made-up-wrong-1")
    assert sign_in(stranger) == 200, "even the right password waits"
    assert sign_in(Client(REMOTE_ADDR="198.51.100.7")) == 302


def test_a_forged_address_is_no_other_client() -> None:
    cast.alice()
    for number in range(5):
        forged = Client(REMOTE_ADDR="192.0.2.66", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        sign_in(forged, password="made-up-wrong-1")
    assert sign_in(Client(REMOTE_ADDR="192.0.2.66")) == 200


def test_behind_a_proxy_clients_are_told_apart(settings: object) -> None:
    settings.TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    cast.alice()

    def behind(address: str) -> Client:
        return Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.9, {address}")

    for _ in range(5):
        sign_in(behind("192.0.2.66"), password="made-up-wrong-1")
    assert sign_in(behind("192.0.2.66")) == 200
    assert sign_in(behind("198.51.100.7")) == 302


def test_neighbors_of_an_ipv6_network_are_one_client() -> None:
    cast.alice()
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{number}"), password="made-up-wrong-1")
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:2::99")) == 200
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:3::99")) == 302


def test_clients_without_an_address_are_one() -> None:
    cast.alice()
    for _ in range(5):
        sign_in(Client(REMOTE_ADDR=""), password="made-up-wrong-1")
    assert sign_in(Client(REMOTE_ADDR="")) == 200


def test_signing_out_ends_the_session() -> None:
    browser = Client()
    cast.alice()
    assert sign_in(browser) == 302
    browser.post("/account/logout/")
    assert browser.get("/me/").status_code == 302
    assert actions()[-1] == "accounts:session:end"


def test_nobody_signs_up_by_themselves() -> None:
    said = {"email": "eve@example.net", "password1": NEW, "password2": NEW}
    answer = Client().post("/account/signup/", said)
    assert "Sign-up is closed" in answer.content.decode()
    assert not User.objects.exists()


def test_an_open_instance_lets_people_sign_up_and_gives_them_a_workspace(settings: object) -> None:
    settings.LOCKKEEPER_SIGN_UP = "open"  # type: ignore[attr-defined]
    browser = Client()
    said = {"email": "Eve@example.net", "password1": NEW, "password2": NEW}
    assert browser.post("/account/signup/", said).status_code == 302
    eve = User.objects.get()
    assert (eve.email, eve.name) == ("eve@example.net", "eve")
    assert cast.personal(eve).is_personal
    assert sign_in(browser, "eve@example.net", NEW) == 302
    assert browser.get("/me/").status_code == 302, "the address is not proven yet"
    link = link_in_last_mail()
    assert browser.post(link).status_code == 302
    sign_in(browser, "eve@example.net", NEW)
    assert browser.get("/me/").status_code == 200


def test_a_forgotten_password_is_replaced_by_mail() -> None:
    cast.alice()
    browser = Client()
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    letter = sent()[-1]
    assert letter.subject == "Reset your password"
    assert letter.alternatives, "there is an HTML part"
    page = browser.get(link_in_last_mail(), follow=True)
    action = re.search(r'action="([^"]+set-password[^"]*)"', page.content.decode())
    assert action
    said = {"password1": NEW, "password2": NEW}
    assert browser.post(action[1], said).status_code == 302
    assert sign_in(Client(), password=NEW) == 302
    assert sign_in(Client(), password=cast.PASSWORD) == 200
    assert "accounts:password:reset" in actions()


def test_a_reset_link_works_once_and_names_our_own_address() -> None:
    cast.alice()
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    link = link_in_last_mail()
    alice = User.objects.get()
    alice.set_password(NEW)
    alice.save(update_fields=["password"])
    assert "no longer good" in browser.get(link, follow=True).content.decode()


def test_a_reset_answers_alike_for_known_and_unknown_addresses() -> None:
    cast.alice()
    answers = [
        Client().post("/account/password/reset/", {"email": email}, follow=True).content
        for email in ("alice@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]


def test_a_short_or_known_password_is_refused() -> None:
    browser = cast.client_for(cast.alice())
    for weak in ("too-short-1", "password1234", "alice@example.org"):
        said = {"oldpassword": cast.PASSWORD, "password1": weak, "password2": weak}
        assert browser.post("/account/password/change/", said).status_code == 200
    assert cast.alice().check_password(cast.PASSWORD)


def test_a_changed_password_ends_the_other_sessions() -> None:
    here, elsewhere = cast.client_for(cast.alice()), cast.client_for(cast.alice())
    said = {"oldpassword": cast.PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/change/", said).status_code == 302
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert "accounts:password:change" in actions()


def test_a_new_address_counts_once_its_link_is_opened() -> None:
    browser = cast.client_for(cast.alice())
    browser.post("/account/email/", {"action_add": "", "email": "alice@example.net"})
    assert cast.alice().email == "alice@example.org"
    browser.post(link_in_last_mail())
    assert User.objects.get().email == "alice@example.net"
    assert "accounts:email:change" in actions()


def test_a_suspended_person_cannot_sign_in_and_a_live_session_ends() -> None:
    browser = cast.client_for(cast.alice())
    User.objects.update(is_active=False)
    assert browser.get("/me/").status_code == 302
    assert Client().post(
        "/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD}
    ).headers.get("Location", "") in {"", "/account/inactive/"}


@pytest.mark.parametrize("path", ["/account/password/reset/", "/account/email/"])
def test_an_address_that_no_mail_reaches_is_told(path: str) -> None:
    said = {"email": "a" * 290 + "@example.org", "action_add": "1"}
    page = cast.client_for(cast.bob()).post(path, said)
    assert page.status_code == 200
    assert "at most 254 characters" in page.content.decode()


def test_too_many_tries_are_told_on_a_page_of_ours() -> None:
    cache.clear()
    browser = Client()
    for _ in range(6):
        answer = browser.post("/account/password/reset/", {"email": "bob@example.org"})
    assert answer.status_code == 429
    assert "Wait a few minutes" in answer.content.decode()
    assert "Lockkeeper" in answer.content.decode()


@pytest.mark.parametrize("email", ["alice@example.org", "stranger@example.com"])
def test_a_stranger_causes_three_mails_an_hour_to_an_address(
    email: str, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False  # a stranger has many addresses and much time
    cast.alice()
    answers = set()
    for number in range(12):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answer = client.post("/account/password/reset/", {"email": email})
        answers.add((answer.status_code, answer.headers.get("Location")))
    assert len([letter for letter in sent() if letter.to == [email]]) == 3
    assert answers == {(302, "/account/password/reset/done/")}


def test_mails_of_strangers_do_not_hold_back_what_the_owner_must_know() -> None:
    person = cast.alice()
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post("/account/password/reset/", {"email": person.email})
    assert len(sent()) == 3
    owner = Client()
    owner.force_login(person)
    changed = {"oldpassword": cast.PASSWORD, "password1": NEW, "password2": NEW}
    owner.post("/account/password/change/", changed)
    assert "password" in sent()[-1].subject.lower()
    assert len(sent()) == 4


@pytest.mark.parametrize("path", ["/account/password/change/", "/account/email/"])
def test_the_fields_of_an_account_speak_as_the_rest_of_the_product(path: str) -> None:
    page = cast.client_for(cast.alice()).get(path).content.decode()
    for theirs in ("Current Password", "New Password", "(again)", ">Email<", "can’t be", "<ul>"):
        assert theirs not in page
    words = "New password again" if "password" in path else "E-mail address"
    assert words in page
