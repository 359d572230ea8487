"""A browser that is remembered is spared the second step: 30 days, and never for administrators."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from tests import cast
from tests.workspaces.sign_in.apps import code_of, give_app
from workspaces.models import User
from workspaces.sign_in import factors

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = "/account/second-step/"
OFFER = "Do not ask again in this browser"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def first_step(browser: Client, person: User, password: str = cast.PASSWORD) -> str:
    answer = browser.post("/account/login/", {"login": person.email, "password": password})
    return str(answer.headers.get("Location", ""))


def remembered(person: User, seed: str, **said: str) -> Client:
    browser = Client()
    assert first_step(browser, person) == SECOND
    answer = browser.post(SECOND, {"code": code_of(seed), **said})
    assert answer.status_code == 302
    browser.post("/account/logout/")
    return browser


def test_a_remembered_browser_is_not_asked_for_thirty_days(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.bob())
    browser = remembered(cast.bob(), seed, remember="on")
    clock.shift(timedelta(days=29))
    assert first_step(browser, cast.bob()) != SECOND
    browser.post("/account/logout/")
    clock.shift(timedelta(days=1))
    assert first_step(browser, cast.bob()) == SECOND, "a use does not extend it"


def test_who_does_not_ask_for_it_is_not_remembered(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.bob())
    assert first_step(remembered(cast.bob(), seed), cast.bob()) == SECOND


def test_it_never_counts_for_administrators(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.administrator())
    browser = Client()
    first_step(browser, cast.administrator())
    assert OFFER not in browser.get(SECOND).content.decode()
    forced = remembered(cast.administrator(), seed, remember="on")
    assert first_step(forced, cast.administrator()) == SECOND


def test_it_ends_when_somebody_becomes_administrator(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.bob())
    browser = remembered(cast.bob(), seed, remember="on")
    User.objects.filter(pk=cast.bob().pk).update(is_staff=True)
    assert first_step(browser, cast.bob()) == SECOND


def test_it_ends_with_the_factors_and_with_the_password(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.bob())
    browser = remembered(cast.bob(), seed, remember="on")
    factors.remove_app(cast.bob(), caller=cast.CALLER)
    give_app(cast.bob())
    assert first_step(browser, cast.bob()) == SECOND
    mallorys_seed, _ = give_app(cast.mallory())
    browser = remembered(cast.mallory(), mallorys_seed, remember="on")
    mallory = cast.mallory()
    mallory.set_password("kettle brown ladder")
    mallory.save(update_fields=["password"])
    assert first_step(browser, mallory, "kettle brown ladder") == SECOND


def test_one_browser_knows_several_people(clock: time_machine.Traveller) -> None:
    seed, _ = give_app(cast.bob())
    browser = remembered(cast.bob(), seed, remember="on")
    assert first_step(browser, cast.mallory()) != SECOND
    browser.post("/account/logout/")
    assert first_step(browser, cast.bob()) != SECOND


def test_a_cookie_that_was_changed_or_copied_to_another_key_counts_for_nothing(
    clock: time_machine.Traveller, settings: LazySettings
) -> None:
    seed, _ = give_app(cast.bob())
    browser = remembered(cast.bob(), seed, remember="on")
    for wrong in ("", "x", browser.cookies["lockkeeper_browser"].value[:-2]):
        other = Client()
        other.cookies["lockkeeper_browser"] = wrong
        assert first_step(other, cast.bob()) == SECOND
    settings.SECRET_KEY = "another-made-up-secret-key-of-the-tests-0123456789"
    assert first_step(browser, cast.bob()) == SECOND


def test_the_cookie_names_nobody_and_scripts_cannot_read_it(clock: time_machine.Traveller) -> None:
    browser = Client()
    first_step(browser, cast.bob())
    cookie = browser.cookies["lockkeeper_browser"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert str(cast.bob().pk) not in cookie.value
    assert "bob" not in cookie.value
