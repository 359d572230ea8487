"""An outage of a sign-in: which refusals show it, whom it concerns, how long it excuses a login."""

from dataclasses import replace
from datetime import timedelta

from credentials_app.pacing.history import CountedSignIn, History, Share
from credentials_app.pacing.sign_in_outage import is_taken_back, tenants_in_outage
from tests.credentials_app.scenes import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def refused(account: str, minutes: float, tenant: str = "mine") -> CountedSignIn:
    at = NOON - minutes * MINUTE
    return CountedSignIn(at, tenant, Share.TRUSTED, account, worked=True, login=account)


THREE = (refused("a", 19), refused("b", 10, "neighbor"), refused("c", 0))


def test_three_accounts_that_worked_and_are_refused_within_twenty_minutes_are_an_outage() -> None:
    assert tenants_in_outage(History(THREE), NOON) == {"mine", "neighbor"}
    assert tenants_in_outage(History(THREE), NOON + MINUTE) == frozenset()


def test_copies_of_one_password_and_logins_that_never_worked_are_none() -> None:
    assert not tenants_in_outage(History((*THREE[:2], refused("a", 0))), NOON)
    assert not tenants_in_outage(History((*THREE[:2], replace(THREE[2], worked=False))), NOON)
    assert not tenants_in_outage(History((*THREE[:2], replace(THREE[2], in_flight=True))), NOON)


def test_logins_without_an_account_are_told_apart_by_themselves() -> None:
    tokens = tuple(replace(each, account="") for each in THREE)
    assert tenants_in_outage(History(tokens), NOON) == {"mine", "neighbor"}
    same = tuple(replace(each, login="one") for each in tokens)
    assert not tenants_in_outage(History(same), NOON)


def test_a_refusal_is_taken_back_for_six_hours_and_of_the_tenants_concerned_only() -> None:
    out = History(outages={"mine": NOON}).outages
    assert is_taken_back("mine", out, None, NOON)
    assert is_taken_back("mine", out, NOON - 5 * HOUR, NOON)
    assert not is_taken_back("mine", out, NOON - 6 * HOUR, NOON)
    assert not is_taken_back("neighbor", out, None, NOON)
    assert is_taken_back("neighbor", tenants_in_outage(History(THREE), NOON), None, NOON)
