"""The shares of one account's failures: logins that worked, people of tenants at home, others.

No account is locked by us: never more than 4 failures in 15 minutes, 6 in 30 and 9 in 60. Within
these, strangers cannot use up what a working login, or a person who brings a new secret, needs.
Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from credentials_app.pacing.history import (
    TODAY,
    Attempt,
    CountedSignIn,
    History,
    Share,
    free_at,
)
from credentials_app.pacing.origin_shares import wait_of_origin
from credentials_app.pacing.waits import SOON, Wait, WaitReason, longest

QUARTER, HALF, HOUR = timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)
WINDOWS = (QUARTER, HALF, HOUR)
WITHOUT_HOME, FIRST_WITHOUT_HOME = (3, 4, 7), (4, 5, 8)
BESIDE_HOME = (1, 2, 3)
"""The failures that everybody else may cause in each of the windows: where nobody is at home (one
more for a tenant without a failure today), and beside tenants at home."""
OF_ONE_TENANT, OF_ONE_TENANT_TODAY, OF_OTHERS_TODAY = 3, 6, 12
PEOPLE_IN_HALF, PEOPLE_IN_HOUR, OF_PEOPLE_TODAY = 3, 4, 6
HOME_IN_QUARTER = 3
FEW_TODAY = 2


@dataclass(frozen=True)
class Granted:
    """The attempt may go, and counts against this share."""

    share: Share


def most_of_account(per_account: int) -> tuple[int, int, int]:
    """The most failures of one account in 15, 30 and 60 minutes, whoever causes them."""
    return per_account, max(per_account, per_account * 3 // 2), max(1, per_account * 9 // 4)


def judge(attempt: Attempt, history: History, now: datetime) -> Granted | Wait:
    """Decide whether this attempt may sign in now, by the shares of its origin and account.

    A wait that only sign-ins in flight cause ends soon: most of them will have worked.
    """
    judged = _judge(attempt, history, now)
    if isinstance(judged, Granted) or judged.until <= now + SOON:
        return judged
    without = _judge(attempt, history.settled, now)
    until = now + SOON if isinstance(without, Granted) else max(without.until, now + SOON)
    return replace(judged, until=min(judged.until, until))


def _judge(attempt: Attempt, history: History, now: datetime) -> Granted | Wait:
    wait = wait_of_origin(attempt, history, now)
    judged = judge_account(attempt, history, now)
    if isinstance(judged, Wait):
        return longest(wait, judged) or judged
    return wait or judged


def judge_account(attempt: Attempt, history: History, now: datetime) -> Granted | Wait:
    """Decide whether the account allows this attempt now."""
    if not attempt.account:
        return Granted(Share.TRUSTED if attempt.trusted else Share.OTHERS)
    account = _Account(attempt, history, now)
    if any(each.in_flight for each in account.counted):
        return Wait(WaitReason.ACCOUNT, now + SOON)
    if attempt.trusted:
        wait = _wait_of_trusted(account)
        if wait is None:
            return Granted(Share.TRUSTED)
        if not attempt.asked:
            return wait
    if attempt.asked and attempt.tenant in account.home:
        wait = _wait_of_people(account)
        if wait is None:
            return Granted(Share.PEOPLE)
        if account.of_people_today < OF_PEOPLE_TODAY:
            return wait
    return _wait_of_others(account) or Granted(Share.OTHERS)


class _Account:
    """The account of one attempt, with what several of its shares read."""

    def __init__(self, attempt: Attempt, history: History, now: datetime) -> None:
        self.attempt, self.history, self.now = attempt, history, now
        self.counted = history.of_account(attempt.account)
        self.home = history.at_home(attempt.account, now)
        self.rivals = [each for each in history.waiting if each.account == attempt.account]
        self.of_people_today = sum(
            each.share is Share.PEOPLE and each.tenant == attempt.tenant for each in self.counted
        )

    def room(
        self,
        most: int,
        window: timedelta,
        chosen: Callable[[CountedSignIn], bool] = lambda _each: True,
    ) -> Wait | None:
        until = free_at(self.counted, most, window, self.now, chosen)
        return Wait(WaitReason.ACCOUNT, until) if until else None

    def in_all(self) -> Wait | None:
        """The wait for the failures that the account may have, whoever causes them."""
        limits = zip(most_of_account(self.history.per_account), WINDOWS, strict=True)
        return longest(*(self.room(most, window) for most, window in limits))

    def of_home(self) -> Wait | None:
        """The wait for the failures of trusted logins and people together."""
        return self.room(HOME_IN_QUARTER, QUARTER, lambda each: each.share is not Share.OTHERS)

    def failures_of(self, tenant: str) -> int:
        return sum(each.tenant == tenant for each in self.counted)


def _is(share: Share, tenant: str = "") -> Callable[[CountedSignIn], bool]:
    return lambda each: each.share is share and tenant in ("", each.tenant)


def _failed_trusted(each: CountedSignIn) -> bool:
    return each.share is Share.TRUSTED and not each.is_presumed_good


def _wait_of_trusted(account: _Account) -> Wait | None:
    """One failure in 30 minutes; the login that was good last goes first."""
    good_at = account.attempt.good_at
    if any(
        rival.trusted and rival.good_at and good_at and rival.good_at > good_at
        for rival in account.rivals
    ):
        return Wait(WaitReason.ACCOUNT, account.now + SOON)
    return longest(account.in_all(), account.of_home(), account.room(1, HALF, _failed_trusted))


def _wait_of_people(account: _Account) -> Wait | None:
    """People of tenants at home; the last failure is kept for the tenant that was good last."""
    tenant = account.attempt.tenant
    was_last = max(account.home, key=lambda each: account.home[each]) == tenant
    kept = 0 if was_last or account.of_people_today <= FEW_TODAY else 1
    of_people = _is(Share.PEOPLE)
    return longest(
        account.in_all(),
        account.of_home(),
        account.room(PEOPLE_IN_HALF - kept, HALF, of_people),
        account.room(PEOPLE_IN_HOUR - kept, HOUR, of_people),
        None if was_last else account.room(OF_PEOPLE_TODAY, TODAY, _is(Share.PEOPLE, tenant)),
    )


def _wait_of_others(account: _Account) -> Wait | None:
    """Everybody else: the tenant with the fewest failures today goes first."""
    mine = account.failures_of(account.attempt.tenant)
    limits = BESIDE_HOME if account.home else WITHOUT_HOME if mine else FIRST_WITHOUT_HOME
    rooms = [
        account.room(most, window, _is(Share.OTHERS))
        for most, window in zip(limits, WINDOWS, strict=True)
    ]
    wait = longest(account.in_all(), *rooms, _cap_of(account, account.attempt.tenant))
    if wait is not None:
        return wait
    mine_first = (mine, account.attempt.since or account.now, account.attempt.tenant)
    if any(_rank(account, rival) < mine_first for rival in _rivals_of_others(account)):
        return Wait(WaitReason.ACCOUNT, account.now + SOON)
    return None


def _rank(account: _Account, rival: Attempt) -> tuple[int, datetime, str]:
    return account.failures_of(rival.tenant), rival.since or account.now, rival.tenant


def _rivals_of_others(account: _Account) -> list[Attempt]:
    """Attempts of other tenants that would use the same share now."""
    return [
        rival
        for rival in account.rivals
        if not rival.trusted
        and rival.tenant != account.attempt.tenant
        and not (rival.asked and rival.tenant in account.home)
        and _cap_of(account, rival.tenant) is None
    ]


def _cap_of(account: _Account, tenant: str) -> Wait | None:
    """The caps of one tenant among everybody else, and of all of them in a day."""
    of_tenant = _is(Share.OTHERS, tenant)
    return longest(
        account.room(OF_ONE_TENANT, HALF, of_tenant),
        account.room(OF_ONE_TENANT_TODAY, TODAY, of_tenant),
        account.room(OF_OTHERS_TODAY, TODAY, _is(Share.OTHERS))
        if account.failures_of(tenant) > 1
        else None,
    )
