"""Budgets of failed logins: how many an origin and an account may see, and who may use the last.

The checks that a registry is most likely to refuse stop first: scheduled checks of logins that
never worked or were refused last. What they leave is for checks that people ask for, and the rest
is for logins that worked so far. A login that works uses no budget up, so that good ones are
checked in time even while hundreds of others are bad. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILED_LOGINS = ((5, timedelta(minutes=3)), (30, timedelta(hours=1)))
"""At most so many failed logins of an origin in so long a time; the longest time comes last."""
KEPT_FROM_PEOPLE = (1, 2)
KEPT_FROM_UNTRUSTED = (2, 6)
"""How many of each budget these leave to the others."""
FAILED_LOGINS_OF_ONE = ((2, timedelta(hours=1)), (4, timedelta(days=1)))
"""The same for one account; here nothing is kept back."""
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Attempt:
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
    attempt: Attempt, failed: Sequence[datetime], of_account: Sequence[datetime], now: datetime
) -> list[datetime]:
    """The times to wait for, by the failed logins of the origin and of the account.

    Trusted logins are expected to work until something fails: before that only the untrusted
    checks in flight count.
    """
    waits = [
        _room_at(failed, now, most - kept, window, _risk(attempt, failed, now - window))
        for (most, window), kept in zip(FAILED_LOGINS, _kept_from(attempt), strict=True)
    ]
    if attempt.account:
        waits += [
            _room_at(of_account, now, most, window, attempt.same_account)
            for most, window in FAILED_LOGINS_OF_ONE
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
    """The failures that still count, of the origin and of each account; with the one of ``now``
    if it ``failed``. ``account``: the hash of the account that failed, or empty."""
    origin = _still_counted(failed_logins, now, failed, FAILED_LOGINS[-1][1])
    return origin, remembered_by_account(accounts, now, account if failed else "")


def remembered_by_account(
    accounts: Mapping[str, Sequence[datetime]], now: datetime, failed: str
) -> dict[str, tuple[datetime, ...]]:
    """The failures of each account that still count; ``failed``: the hash of the one that failed
    now, or empty."""
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


def _kept_from(attempt: Attempt) -> tuple[int, int]:
    if attempt.trusted:
        return 0, 0
    return KEPT_FROM_PEOPLE if attempt.asked else KEPT_FROM_UNTRUSTED


def _risk(attempt: Attempt, failed: Sequence[datetime], since: datetime) -> int:
    return attempt.in_flight if any(at > since for at in failed) else attempt.untrusted


def _room_at(
    failed: Sequence[datetime], now: datetime, most: int, window: timedelta, risk: int
) -> datetime | None:
    """When there is room for one more failure; None: now. Checks in flight end soon."""
    recent = [at for at in failed if at > now - window]
    if len(recent) >= most:
        return recent[len(recent) - most] + window
    return now + SOON if len(recent) + risk >= most else None
