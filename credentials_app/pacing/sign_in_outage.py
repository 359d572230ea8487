"""Finds outages of a sign-in: several accounts that worked and are refused one after the other.

A password that changed concerns one account. Three accounts that worked, all refused within 20
minutes, show that the sign-in is broken and not the logins. Pure.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from credentials_app.pacing.history import CountedSignIn, History

ACCOUNTS, WITHIN = 3, timedelta(minutes=20)
PAUSE = timedelta(minutes=15)
LONGEST = timedelta(hours=6)
"""The refusals of one login are taken back for at most so long."""
OTHERS_TO_CHECK = 2
"""Before a confirmation is believed, so many other trusted logins of its tenant are checked."""
BELIEVED_AFTER = timedelta(minutes=5)
"""The time that these checks get."""


def tenants_in_outage(history: History, now: datetime) -> frozenset[str]:
    """The tenants whose logins show an outage of the sign-in; empty: there is none."""
    refused = [each for each in history.counted if _tells(each) and each.at > now - WITHIN]
    if len({each.account or each.login for each in refused}) < ACCOUNTS:
        return frozenset()
    return frozenset(each.tenant for each in refused)


def is_taken_back(
    tenant: str, in_outage: Collection[str], since: datetime | None, now: datetime
) -> bool:
    """True if the refusal of a login that worked is taken back.

    ``in_outage``: the tenants for which its sign-in is out. ``since``: when a refusal of this
    login was taken back first.
    """
    return tenant in in_outage and (since is None or now - since < LONGEST)


def _tells(each: CountedSignIn) -> bool:
    return each.worked and not each.in_flight and not each.abandoned
