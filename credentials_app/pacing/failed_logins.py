"""Budgets of failed logins: how many an origin and an account may see, and which checks may use
the last of them.

The checks that a registry is most likely to refuse stop first: scheduled checks of logins that
never worked or were refused last. They leave a part of the budget to checks that people ask for;
these leave a part to logins that worked last time. A login that works uses no budget, so that
good logins are checked in time even while hundreds of others are bad. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILED_LOGINS = ((5, timedelta(minutes=3)), (30, timedelta(hours=1)))
"""At most so many failed logins of an origin in so long a time; the longest time comes last."""
RESERVED_FROM_PEOPLE = (1, 2)
RESERVED_FROM_UNTRUSTED = (2, 6)
"""How many failed logins of each budget these checks leave to the others."""
FAILED_LOGINS_OF_ONE = ((2, timedelta(hours=1)), (4, timedelta(days=1)))
"""The budgets of one account; they have no reserve."""
SOON = timedelta(seconds=10)
"""The time after which a check in flight has probably ended."""


@dataclass(frozen=True)
class LoginAttempt:
    """One check that wants to start. ``asked``: a person waits. ``trusted``: it worked last time.

    ``account``: the hash of its account, empty if failures lock none. Three counts of checks in
    flight, which may still fail: ``in_flight`` at this origin, ``untrusted`` of them, and
    ``same_account`` with the same user name.
    """

    asked: bool = False
    trusted: bool = False
    account: str = ""
    in_flight: int = 0
    untrusted: int = 0
    same_account: int = 0


def waits_for_budget(
    attempt: LoginAttempt, failed: Sequence[datetime], of_account: Sequence[datetime], now: datetime
) -> list[datetime]:
    """The times to wait for, by the failed logins of the origin and of the account.

    As long as no login has failed in the window, trusted logins are expected to work: only the
    untrusted checks in flight count as possible failures. Afterwards all checks in flight do.
    """
    waits = [
        _free_at(failed, now, budget - reserve, window, _risk(attempt, failed, now - window))
        for (budget, window), reserve in zip(FAILED_LOGINS, _reserved_from(attempt), strict=True)
    ]
    if attempt.account:
        waits += [
            _free_at(of_account, now, budget, window, attempt.same_account)
            for budget, window in FAILED_LOGINS_OF_ONE
        ]
    return [until for until in waits if until is not None]


def remember_failure(
    failed_logins: Sequence[datetime],
    accounts: Mapping[str, Sequence[datetime]],
    now: datetime,
    *,
    failed: bool,
    account: str,
) -> tuple[tuple[datetime, ...], dict[str, tuple[datetime, ...]]]:
    """The failed logins that still count, of the origin and of each account; if ``failed``, with
    one at ``now``. ``account``: the hash of the account that it counts against, or empty."""
    origin = _still_counted(failed_logins, now, failed, FAILED_LOGINS[-1][1])
    return origin, remembered_by_account(accounts, now, account if failed else "")


def remembered_by_account(
    accounts: Mapping[str, Sequence[datetime]], now: datetime, failed: str
) -> dict[str, tuple[datetime, ...]]:
    """The failed logins of each account that still count. ``failed``: the hash of the account
    whose login failed at ``now``, or empty."""
    longest = FAILED_LOGINS_OF_ONE[-1][1]
    counted = {
        each: _still_counted(accounts.get(each, ()), now, each == failed, longest)
        for each in sorted({*accounts, failed} - {""})
    }
    return {each: times for each, times in counted.items() if times}


def _still_counted(
    failed: Sequence[datetime], now: datetime, again: bool, window: timedelta
) -> tuple[datetime, ...]:
    recent = tuple(at for at in failed if at > now - window)
    return (*recent, now) if again else recent


def _reserved_from(attempt: LoginAttempt) -> tuple[int, int]:
    if attempt.trusted:
        return 0, 0
    return RESERVED_FROM_PEOPLE if attempt.asked else RESERVED_FROM_UNTRUSTED


def _risk(attempt: LoginAttempt, failed: Sequence[datetime], since: datetime) -> int:
    """How many of the checks in flight may still fail."""
    return attempt.in_flight if any(at > since for at in failed) else attempt.untrusted


def _free_at(
    failed: Sequence[datetime], now: datetime, budget: int, window: timedelta, risk: int
) -> datetime | None:
    """When the budget allows one more failed login; None: now."""
    recent = [at for at in failed if at > now - window]
    if len(recent) >= budget:
        return recent[len(recent) - budget] + window
    return now + SOON if len(recent) + risk >= budget else None
