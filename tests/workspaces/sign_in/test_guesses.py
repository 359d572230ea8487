"""Guesses at one account are slowed down over all clients; a known browser is not held up."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from common.models import OutgoingMail
from tests import cast
from tests.workspaces.mailing import link_in_last_mail
from workspaces.models import User
from workspaces.sign_in import guesses

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WRONG = "made-up-wrong-1"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def try_from(number: int, password: str = WRONG, email: str = "alice@example.org") -> str:
    browser = Client(REMOTE_ADDR=f"198.51.100.{number % 250}")
    answer = browser.post("/account/login/", {"login": email, "password": password})
    return "in" if answer.status_code == 302 else answer.content.decode()


def is_held_up(page: str) -> bool:
    return "Too many wrong passwords for this address" in page


def guess_until_held_up(clock: time_machine.Traveller) -> None:
    for number in range(20):
        assert not is_held_up(try_from(number))
    assert not is_held_up(try_from(20)), "the first one after a delay begins the delay"
    assert is_held_up(try_from(21))


def test_a_thousand_clients_have_twenty_guesses_and_then_wait(
    clock: time_machine.Traveller,
) -> None:
    cast.alice()
    guess_until_held_up(clock)
    told = try_from(22, cast.PASSWORD)
    assert re.search("Sign in after 12:01 UTC", told), "even the right password waits"
    waits = []
    for number in range(23, 30):
        minutes = 0
        while is_held_up(try_from(number)):
            clock.shift(MINUTE + timedelta(seconds=1))
            minutes += 1
        waits.append(minutes)
    assert waits == [1, 2, 4, 8, 16, 32, 60]


def test_an_address_without_an_account_answers_alike(clock: time_machine.Traveller) -> None:
    cast.alice()
    guess_until_held_up(clock)
    for number in range(22):
        told = try_from(number, email="nobody@example.org")
    assert is_held_up(told)


def test_the_browser_of_the_person_is_not_held_up(clock: time_machine.Traveller) -> None:
    cast.alice()
    own = Client(REMOTE_ADDR="203.0.113.9")
    said = {"login": "alice@example.org", "password": cast.PASSWORD}
    assert own.post("/account/login/", said).status_code == 302
    own.post("/account/logout/")
    guess_until_held_up(clock)
    assert own.post("/account/login/", said).status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.10")
    elsewhere.cookies["lockkeeper_browser"] = own.cookies["lockkeeper_browser"].value + "x"
    assert elsewhere.post("/account/login/", said).status_code == 200, "a forged cookie"


def test_the_cookie_of_one_person_does_not_help_to_guess_at_another(
    clock: time_machine.Traveller,
) -> None:
    cast.alice()
    mallorys = Client(REMOTE_ADDR="203.0.113.9")
    said = {"login": cast.mallory().email, "password": cast.PASSWORD}
    assert mallorys.post("/account/login/", said).status_code == 302
    mallorys.post("/account/logout/")
    guess_until_held_up(clock)
    answer = mallorys.post("/account/login/", {"login": "alice@example.org", "password": WRONG})
    assert is_held_up(answer.content.decode())


def test_right_passwords_use_nothing_up(clock: time_machine.Traveller) -> None:
    cast.alice()
    for number in range(30):
        assert try_from(number, cast.PASSWORD) == "in"


def test_a_reset_by_mail_ends_the_wait(clock: time_machine.Traveller) -> None:
    cast.alice()
    guess_until_held_up(clock)
    browser = Client(REMOTE_ADDR="203.0.113.9")
    OutgoingMail.objects.all().delete()
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    page = browser.get(link_in_last_mail(), follow=True)
    new = "kettle brown ladder"
    answer = browser.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert try_from(40, new) == "in"


def test_a_day_of_quiet_forgets_the_delays(clock: time_machine.Traveller) -> None:
    cast.alice()
    guess_until_held_up(clock)
    clock.shift(timedelta(days=1, minutes=1))
    for number in range(20):
        assert not is_held_up(try_from(number))


def test_who_is_signed_in_confirms_without_that_limit(clock: time_machine.Traveller) -> None:
    browser = cast.client_for(cast.alice())
    guess_until_held_up(clock)
    answer = browser.post("/account/reauthenticate/", {"password": cast.PASSWORD})
    assert answer.status_code == 302


def test_the_delay_grows_to_an_hour() -> None:
    minutes = [guesses.delay_after(count) // MINUTE for count in (0, 1, 5, 6, 100_000)]
    assert minutes == [1, 2, 32, 60, 60]


def test_ten_wrong_passwords_are_told_once_a_day(clock: time_machine.Traveller) -> None:
    cast.alice()
    mails = OutgoingMail.objects.filter(to="alice@example.org")
    for number in range(9):
        try_from(number)
    assert not mails.exists()
    for number in range(9, 13):
        try_from(number)
    assert mails.get().subject == "Many wrong passwords for your account"


def test_a_sign_in_in_a_new_browser_is_told(clock: time_machine.Traveller) -> None:
    cast.alice()
    mails = OutgoingMail.objects.filter(subject="A sign-in in a new browser")
    assert try_from(1, cast.PASSWORD) == "in"
    assert not mails.exists(), "the first hour of an account is no news"
    User.objects.update(created_at=NOON - timedelta(days=2))
    own = Client()
    said = {"login": "alice@example.org", "password": cast.PASSWORD}
    for _ in range(2):
        own.post("/account/login/", said)
        own.post("/account/logout/")
    assert mails.count() == 1
