"""How often a token may ask: at most its quota in any minute, wherever the minute begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from django.db import transaction

from workspaces.models import ApiToken, TokenWindow

WINDOW = timedelta(minutes=1)
ASTRAY = timedelta(seconds=1)
"""A request that is noted for later than this is of a clock that was wrong, and does not count."""
Taken = list[tuple[float, int]]


class PacePolicy(Enum):
    """The rate limits: the word in the header, and the number of requests a minute."""

    REQUESTS = ("requests", 120)
    FETCHES = ("fetches", 600)

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def quota(self) -> int:
        return self.value[1]


@dataclass(frozen=True)
class Pace:
    """What a token may still ask: ``left`` requests, and more of them at ``resets_at``."""

    policy: PacePolicy
    allowed: bool
    left: int
    resets_at: datetime


def take_request(token: ApiToken, policy: PacePolicy, now: datetime) -> Pace:
    """Count one request, or refuse it. Requests of one token wait for each other here."""
    with transaction.atomic():
        row = _locked(token, policy)
        taken, pace = after_request(row.taken, policy, now)
        if pace.allowed:
            row.taken = taken
            row.save(update_fields=["taken"])
    return pace


def after_request(
    taken: Sequence[Sequence[float]], policy: PacePolicy, now: datetime
) -> tuple[Taken, Pace]:
    """Add a request at ``now`` to those of the last minute, if the quota has room. Pure.

    ``taken``: for each second with requests, when its last one was, and how many it had. A second
    leaves the window as a whole, with its last request.
    """
    kept: Taken = [(last, int(count)) for last, count in taken if _counts(last, now)]
    used, at = sum(count for _last, count in kept), now.timestamp()
    allowed = used < policy.quota
    if allowed:
        used += 1
        if kept and int(kept[-1][0]) >= int(at):
            kept[-1] = (max(kept[-1][0], at), kept[-1][1] + 1)
        else:
            kept.append((at, 1))
    resets_at = datetime.fromtimestamp(kept[0][0], UTC) + WINDOW
    return kept, Pace(policy, allowed, policy.quota - used, resets_at)


def _counts(last: float, now: datetime) -> bool:
    return -ASTRAY <= now - datetime.fromtimestamp(last, UTC) < WINDOW


def _locked(token: ApiToken, policy: PacePolicy) -> TokenWindow:
    rows = TokenWindow.objects.select_for_update().filter(token=token, policy=policy.word)
    row = rows.first()
    if row is None:
        made = TokenWindow(token=token, policy=policy.word)
        TokenWindow.objects.bulk_create([made], ignore_conflicts=True)
        row = rows.get()
    return row
