"""Decides whether the last use that a provider names is a use by others. Pure.

Our own checks are uses, too. A use counts if its time is not within 15 minutes of one of our calls,
or if its address is not among ours; otherwise our checks hide it. Which addresses are ours
follows from answers: the provider notes a call before it answers it. So where the last use is this
very call and the list has one address, that address is ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from credentials_app.status import UseSeen
from registry.evidence import LastUse

NEAR_A_CALL = timedelta(minutes=15)
"""GitLab keeps one time for all uses within 10 minutes."""
THIS_CALL = timedelta(seconds=5)
"""Clocks are compared by whole seconds."""
SAME_USE = timedelta(minutes=1)
"""The comparison of the clocks moves the time of a use a little, from answer to answer."""
RUNS_ARE_KEPT = timedelta(days=29)
"""Of older calls of ours, not every time is known: retention removes check runs after 30 days."""
FULL_LIST = 5
"""GitLab keeps so many addresses of a token; a list of so many may lack one."""


@dataclass(frozen=True)
class KnownUses:
    """What is known of a secret before an answer.

    ``own``: the addresses from which its server sees us. ``addresses``: those that were listed
    before. ``used_at``: the last use that counted. ``calls``: the times of our calls near the time
    that the answer names, this check among them. ``stored_at``: since when we have the secret.
    """

    own: frozenset[str]
    addresses: frozenset[str]
    used_at: datetime | None
    calls: tuple[datetime, ...]
    stored_at: datetime


@dataclass(frozen=True)
class JudgedUse:
    """What the answer shows.

    ``used_at``: the last use that counts happened then or before. ``news``: addresses that others
    use and that were never listed before; none in the first list, which may be old.
    """

    seen: UseSeen
    used_at: datetime | None
    news: frozenset[str] = frozenset()


def proved_address(use: LastUse, started_at: datetime) -> str:
    """The address of ours that this answer to a check proves; empty if it proves none."""
    if use.at is None or use.at < started_at - THIS_CALL:
        return ""
    return use.addresses[0] if use.addresses is not None and len(use.addresses) == 1 else ""


def judge_use(use: LastUse, known: KnownUses, started_at: datetime) -> JudgedUse:
    """Judge the answer to the check that started then.

    Where none of our addresses is in the list, no address can be called one of others.
    """
    listed = frozenset(use.addresses or ())
    others = listed - known.own if listed & known.own else frozenset()
    news = others - known.addresses if known.addresses else frozenset()
    if use.at is not None and _counts(use.at, known, started_at):
        return JudgedUse(UseSeen.OTHERS, use.at, news)
    if news or (others and not known.addresses):
        return JudgedUse(UseSeen.OTHERS, started_at, news)
    if use.at is None and not listed and known.used_at is None:
        return JudgedUse(UseSeen.NEVER, None)
    if listed and listed <= known.own and len(listed) < FULL_LIST:
        return JudgedUse(UseSeen.OURS, known.used_at)
    return JudgedUse(UseSeen.HIDDEN, known.used_at)


def _counts(at: datetime, known: KnownUses, started_at: datetime) -> bool:
    """True if the time alone shows a use by others."""
    if any(is_near(at, call) for call in (*known.calls, known.stored_at, started_at)):
        return False
    if known.used_at is not None and abs(at - known.used_at) <= SAME_USE:
        return True
    return at < known.stored_at or at > started_at - RUNS_ARE_KEPT


def is_near(at: datetime, call: datetime) -> bool:
    """True if a use at this time may be our call."""
    return abs(at - call) <= NEAR_A_CALL
