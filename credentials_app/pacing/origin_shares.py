"""The shares of an origin's failures: no ban of our address, and room for those who go first.

At most 5 failed logins in 3 minutes; one every 2.5 minutes with at most 6 saved up, so at most 30
an hour. What people, trusted logins and the rest leave to the others decides who goes first. A
login that works uses nothing. Pure.
"""

from datetime import datetime, timedelta

from credentials_app.pacing.history import (
    TODAY,
    Attempt,
    CountedSignIn,
    History,
    Share,
    free_at,
)
from credentials_app.pacing.waits import SOON, Wait, WaitReason, longest

BURST, BURST_WINDOW = 5, timedelta(minutes=3)
AN_HOUR, HOUR = 30, timedelta(hours=1)
SAVED, ONE_EVERY = 6.0, timedelta(minutes=2.5)
MANY_TODAY = 10
"""After so many failures at this origin today a tenant stands behind the others."""
LEFT_BY_TRUSTED, LEFT_BY_PEOPLE, LEFT_BY_OTHERS = (0, 0), (1, 1), (2, 3)
LEFT_BY_TRUSTED_OF_MANY = (1, 2)
"""How many of the burst and of the saved ones these attempts leave to the others."""


def wait_of_origin(attempt: Attempt, history: History, now: datetime) -> Wait | None:
    """The wait for the failures that the origin may see; None: the attempt may go."""
    few = history.failures_today.get(attempt.tenant, 0) <= MANY_TODAY
    of_burst, of_saved = _left(attempt, few)
    in_burst = _at_risk(history.counted, now, BURST_WINDOW)
    in_hour = _at_risk(history.counted, now, HOUR)
    times = [
        free_at(in_burst, BURST - of_burst, BURST_WINDOW, now),
        free_at(in_hour, AN_HOUR, HOUR, now),
        _saved_at(in_hour, of_saved + 1, now),
    ]
    waits = [Wait(WaitReason.REGISTRY, until) for until in times if until]
    return longest(_wait_of_outage(attempt, history, now), *waits)


def order_of(attempt: Attempt, history: History) -> tuple[int, int, float]:
    """Sorts attempts at one origin: people first, then trusted ones, then the rest."""
    failures = history.failures_today.get(attempt.tenant, 0)
    since = attempt.since.timestamp() if attempt.since else 0.0
    if attempt.asked and failures <= MANY_TODAY:
        return 0, failures, since
    if attempt.trusted:
        return 1, 0, -(attempt.good_at.timestamp() if attempt.good_at else 0.0)
    return 2, failures, since


def _left(attempt: Attempt, few: bool) -> tuple[int, int]:
    if attempt.trusted:
        return LEFT_BY_TRUSTED if few else LEFT_BY_TRUSTED_OF_MANY
    return LEFT_BY_PEOPLE if attempt.asked and few else LEFT_BY_OTHERS


def _at_risk(
    counted: tuple[CountedSignIn, ...], now: datetime, window: timedelta
) -> tuple[CountedSignIn, ...]:
    """The sign-ins that may count within the window.

    As long as none has failed in it, trusted logins in flight are expected to work.
    """
    at_risk = tuple(each for each in counted if not each.is_presumed_good)
    if any(not each.in_flight and each.at > now - window for each in at_risk):
        return at_risk
    trusted = Share.TRUSTED
    return tuple(each for each in at_risk if not (each.in_flight and each.share is trusted))


def _saved_at(counted: tuple[CountedSignIn, ...], needed: float, now: datetime) -> datetime | None:
    """When so many failures are saved up; None: now.

    A sign-in that another process permitted a moment ago may be later than ``now``.
    """
    level, at = SAVED, now - TODAY
    for each in sorted(counted, key=lambda each: each.at):
        level = min(SAVED, level + (each.at - at) / ONE_EVERY) - 1
        at = each.at
    level = min(SAVED, level + max(timedelta(0), now - at) / ONE_EVERY)
    missing = (needed - level) * ONE_EVERY
    return now + missing if missing > timedelta(0) else None


def _wait_of_outage(attempt: Attempt, history: History, now: datetime) -> Wait | None:
    """In an outage of the sign-in a tenant's scheduled checks pause; then one at a time tries."""
    until = history.outages.get(attempt.tenant)
    if until is None or attempt.asked:
        return None
    if until > now:
        return Wait(WaitReason.OUTAGE, until)
    if any(each.in_flight and each.tenant == attempt.tenant for each in history.counted):
        return Wait(WaitReason.OUTAGE, now + SOON)
    return None
