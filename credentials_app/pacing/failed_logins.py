"""How many failed logins an origin and an account may see, and for whom some are kept. Pure.

The checks that a registry is most likely to refuse stop first: those that nobody waits for and
that were never good, or were refused last. What they leave is for people, and the last of it for
logins that worked so far. As a login that works uses nothing up, the good ones are looked at in
time even while hundreds of others are bad.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FAILED_LOGINS = ((5, timedelta(minutes=3)), (30, timedelta(hours=1)))
"""At most so many failed logins of an origin in so long a time; the longest one last."""
KEPT_FROM_PEOPLE = (1, 2)
KEPT_FROM_DOUBTFUL = (2, 6)
"""How many of each of these are left to others."""
FAILED_LOGINS_OF_ONE = ((2, timedelta(hours=1)), (4, timedelta(days=1)))
"""As above, of one account; nothing is kept back."""
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Attempt:
    """Who wants to go. ``asked``: a person waits. ``trusted``: it worked when last looked at.

    ``account`` is the mark of its account, empty if failures lock none. What goes on beside it may
    still fail: ``beside`` logins at this origin, ``doubtful`` of them not trusted, ``same_account``
    of them with the same user name.
    """

    asked: bool = False
    trusted: bool = False
    account: str = ""
    beside: int = 0
    doubtful: int = 0
    same_account: int = 0


def waits_for_budget(
    turn: Attempt, failed: Sequence[datetime], of_account: Sequence[datetime], now: datetime
) -> list[datetime]:
    """What this turn must wait for, given the failed logins of the origin and of the account.

    Until something fails, logins that are trusted are not expected to: then only the doubtful
    ones beside this count.
    """
    waits = [
        _room_at(failed, now, most - kept, window, _risk(turn, failed, now - window))
        for (most, window), kept in zip(FAILED_LOGINS, _kept_from(turn), strict=True)
    ]
    if turn.account:
        waits += [
            _room_at(of_account, now, most, window, turn.same_account)
            for most, window in FAILED_LOGINS_OF_ONE
        ]
    return [until for until in waits if until is not None]


def remembered(
    failed: Sequence[datetime], now: datetime, again: bool, *, longest: timedelta | None = None
) -> tuple[datetime, ...]:
    """The failed logins that still count, and the one of this moment."""
    window = longest or FAILED_LOGINS[-1][1]
    recent = tuple(at for at in failed if at > now - window)
    return (*recent, now) if again else recent


def remembered_by_account(
    accounts: Mapping[str, Sequence[datetime]], now: datetime, failed: str
) -> dict[str, tuple[datetime, ...]]:
    """The same for each account; ``failed`` is the mark of the one that failed now, or empty."""
    longest = FAILED_LOGINS_OF_ONE[-1][1]
    marks = {*accounts, failed} - {""}
    kept = {
        mark: remembered(accounts.get(mark, ()), now, mark == failed, longest=longest)
        for mark in sorted(marks)
    }
    return {mark: times for mark, times in kept.items() if times}


def _kept_from(turn: Attempt) -> tuple[int, int]:
    if turn.trusted:
        return 0, 0
    return KEPT_FROM_PEOPLE if turn.asked else KEPT_FROM_DOUBTFUL


def _risk(turn: Attempt, failed: Sequence[datetime], since: datetime) -> int:
    return turn.beside if any(at > since for at in failed) else turn.doubtful


def _room_at(
    failed: Sequence[datetime], now: datetime, most: int, window: timedelta, risk: int
) -> datetime | None:
    """When there is room for one more failure; None: now. What is at risk is known soon."""
    recent = [at for at in failed if at > now - window]
    if len(recent) >= most:
        return recent[len(recent) - most] + window
    return now + SOON if len(recent) + risk >= most else None
