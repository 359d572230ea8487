"""What the shares of an origin are decided by: the sign-ins of the last 24 hours that count as
failed, the tenants at home at its accounts, and the checks that wait. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

TODAY = timedelta(hours=24)
AT_HOME = timedelta(days=30)
"""A tenant is at home at an account where a login of it was good in this time."""


class Share(StrEnum):
    """The share of an account's failures that a sign-in counts against."""

    TRUSTED = "trusted"
    PEOPLE = "people"
    OTHERS = "others"


@dataclass(frozen=True)
class Attempt:
    """One check that wants to sign in.

    ``account``: the hash of its account, empty if failures lock none. ``asked``: a person waits.
    ``trusted``: it worked at its last conclusive check, at ``good_at``. ``since``: it waits so
    long already.
    """

    tenant: str
    account: str = ""
    asked: bool = False
    trusted: bool = False
    good_at: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class CountedSignIn:
    """A sign-in that counts as failed: it was refused, or its answer did not come.

    ``in_flight``: its answer may still come; if it is good, the sign-in counts no longer.
    ``abandoned``: its process ended before the answer. A trusted login is expected to have worked
    then: it counts in the limits of its account, but for no share and not at the origin.
    ``worked``: the login worked before. ``login`` names it within its origin.
    """

    at: datetime
    tenant: str
    share: Share
    account: str = ""
    in_flight: bool = False
    abandoned: bool = False
    worked: bool = False
    login: str = ""

    @property
    def is_presumed_good(self) -> bool:
        """True for a trusted login whose process ended before the answer."""
        return self.abandoned and self.share is Share.TRUSTED


@dataclass(frozen=True)
class History:
    """The state of one origin as the shares read it.

    ``counted``: of the last 24 hours, in the order of their times. ``good``: for each account and
    tenant, when a login was good last. ``waiting``: other attempts that are due too. ``outages``:
    for each tenant, until when its scheduled checks pause. ``per_account``: the most failures of
    one account in 15 minutes.
    """

    counted: tuple[CountedSignIn, ...] = ()
    good: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    waiting: tuple[Attempt, ...] = ()
    outages: Mapping[str, datetime] = field(default_factory=dict)
    per_account: int = 4

    @cached_property
    def failures_today(self) -> Mapping[str, int]:
        """How many sign-ins of each tenant failed at this origin; those in flight are left out."""
        failures: dict[str, int] = {}
        for each in self.counted:
            if not each.in_flight and not each.is_presumed_good:
                failures[each.tenant] = failures.get(each.tenant, 0) + 1
        return failures

    @cached_property
    def settled(self) -> "History":
        """The same without the sign-ins in flight."""
        return replace(self, counted=tuple(each for each in self.counted if not each.in_flight))

    def of_account(self, account: str) -> tuple[CountedSignIn, ...]:
        """The counted sign-ins of this account."""
        return tuple(each for each in self.counted if each.account == account)

    def at_home(self, account: str, now: datetime) -> Mapping[str, datetime]:
        """The tenants that are at home at this account, each with its last good login."""
        found = self.good.get(account, {})
        return {tenant: at for tenant, at in found.items() if at > now - AT_HOME}


Chosen = Callable[[CountedSignIn], bool]


def free_at(
    counted: tuple[CountedSignIn, ...],
    most: int,
    window: timedelta,
    now: datetime,
    chosen: Chosen = lambda _each: True,
) -> datetime | None:
    """When at most ``most`` of the chosen sign-ins within ``window`` allow one more; None: now."""
    times = sorted(each.at for each in counted if each.at > now - window and chosen(each))
    if len(times) < most:
        return None
    return times[len(times) - most] + window if most > 0 else now + window
