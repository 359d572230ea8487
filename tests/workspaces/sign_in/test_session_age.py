"""A sign-in slides while somebody works, ends when nobody does, and does not last for ever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests import cast
from workspaces.models import AuditEvent
from workspaces.sign_in.session_age import SIGNED_IN

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAGE = "/me/credentials/"
HOUR = timedelta(hours=1)
BY_ITSELF = {"HX-Request": "true"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def signed_in(email: str = "alice@example.org") -> Client:
    browser = Client()
    said = {"login": email, "password": cast.PASSWORD}
    assert browser.post("/account/login/", said).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    status = browser.get(PAGE).status_code
    assert status in {200, 302}
    return status == 200


def test_twelve_hours_without_a_page_end_it(clock: time_machine.Traveller) -> None:
    cast.alice()
    rested, back_in_time = signed_in(), signed_in()
    clock.shift(12 * HOUR - timedelta(minutes=1))
    assert is_in(back_in_time)
    clock.shift(timedelta(minutes=1))
    assert not is_in(rested)
    assert is_in(back_in_time)


def test_who_works_stays_in_for_seven_days_and_no_longer(clock: time_machine.Traveller) -> None:
    cast.alice()
    browser = signed_in()
    for _ in range(7 * 24 // 6 - 1):
        clock.shift(6 * HOUR)
        assert is_in(browser)
    clock.shift(6 * HOUR)
    assert not is_in(browser)
    assert AuditEvent.objects.order_by("-seq").values_list("action", flat=True)[0] == (
        "accounts:session:end"
    )
    assert not Session.objects.exists()


def test_an_administrator_stays_in_for_twelve_hours_and_no_longer(
    clock: time_machine.Traveller,
) -> None:
    cast.administrator()
    browser = signed_in("ada@example.org")
    for _ in range(3 * 12 - 1):
        clock.shift(HOUR / 3)
        assert is_in(browser)
    clock.shift(HOUR / 3)
    assert not is_in(browser)


def test_a_page_that_asks_by_itself_keeps_nobody_in(clock: time_machine.Traveller) -> None:
    cast.alice()
    browser = signed_in()
    for _ in range(12):
        browser.get(PAGE, headers=BY_ITSELF)
        clock.shift(HOUR)
    assert not is_in(browser)


def test_the_browser_keeps_its_cookie_as_long(clock: time_machine.Traveller) -> None:
    cast.alice()
    browser = signed_in()
    clock.shift(6 * HOUR)
    cookie = browser.get(PAGE).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 12 * 3600


def test_not_every_page_writes(clock: time_machine.Traveller) -> None:
    cast.alice()
    browser = signed_in()
    clock.shift(timedelta(minutes=4))
    assert settings.SESSION_COOKIE_NAME not in browser.get(PAGE).cookies
    clock.shift(timedelta(minutes=1))
    assert settings.SESSION_COOKIE_NAME in browser.get(PAGE).cookies


def test_a_session_of_unknown_age_is_over() -> None:
    browser = cast.client_for(cast.alice())
    session = browser.session
    del session[SIGNED_IN]
    session.save()
    assert not is_in(browser)


def test_a_session_older_than_the_list_of_sessions_is_over() -> None:
    browser = cast.client_for(cast.alice())
    session = browser.session
    session["signed_in_at"] = session.pop(SIGNED_IN)
    session.save()
    assert not is_in(browser)


def test_signing_in_gives_a_session_another_id() -> None:
    cast.alice()
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody"
    session.save()
    planted = session.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    browser.post("/account/login/", {"login": "alice@example.org", "password": cast.PASSWORD})
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert is_in(browser)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert not is_in(thief)
    assert Session.objects.count() == 1


def test_who_proves_once_more_who_they_are_gets_another_id() -> None:
    cast.alice()
    browser, name = signed_in(), settings.SESSION_COOKIE_NAME
    former = browser.cookies[name].value
    wrong = browser.post("/account/reauthenticate/", {"password": "made-up-wrong-password"})
    assert (wrong.status_code, browser.cookies[name].value) == (200, former)
    browser.post("/account/reauthenticate/", {"password": cast.PASSWORD})
    assert browser.cookies[name].value != former
    assert is_in(browser)
    thief = Client()
    thief.cookies[name] = former
    assert not is_in(thief)
    lines = browser.get("/account/sessions/").content.decode()
    assert (Session.objects.count(), lines.count("this one")) == (1, 1)


def test_an_administrator_who_rests_for_half_an_hour_is_out(clock: time_machine.Traveller) -> None:
    cast.administrator()
    browser = signed_in("ada@example.org")
    for _ in range(3):
        clock.shift(timedelta(minutes=29))
        assert is_in(browser)
    clock.shift(timedelta(minutes=30))
    assert not is_in(browser)


def test_a_page_that_asks_by_itself_keeps_no_administrator_in(
    clock: time_machine.Traveller,
) -> None:
    cast.administrator()
    browser = signed_in("ada@example.org")
    for _ in range(5):
        clock.shift(timedelta(minutes=5))
        browser.get(PAGE, headers=BY_ITSELF)
    clock.shift(timedelta(minutes=5))
    assert not is_in(browser)
