"""How often a token may ask: one UPDATE counts a request, or refuses it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Case, F, Q, When

from workspaces.models import ApiToken, TokenWindow

WINDOW = timedelta(minutes=1)


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
    """What a token may still ask: ``left`` requests, and all of them again at ``resets_at``."""

    policy: PacePolicy
    allowed: bool
    left: int
    resets_at: datetime


def take_request(token: ApiToken, policy: PacePolicy, now: datetime) -> Pace:
    """Count one request. A window of a minute begins with its first request."""
    rows = TokenWindow.objects.filter(token=token, policy=policy.word)
    counted = _count(token, policy, now)
    found = rows.values_list("began_at", "count").first()
    if found is None:
        row = TokenWindow(token=token, policy=policy.word, began_at=now, count=0)
        TokenWindow.objects.bulk_create([row], ignore_conflicts=True)
        counted = _count(token, policy, now)
        found = rows.values_list("began_at", "count").get()
    began_at, count = found
    return Pace(policy, counted, max(0, policy.quota - count), began_at + WINDOW)


def _count(token: ApiToken, policy: PacePolicy, now: datetime) -> bool:
    is_over = Q(began_at__lte=now - WINDOW)
    rows = TokenWindow.objects.filter(is_over | Q(count__lt=policy.quota), token=token)
    changed = rows.filter(policy=policy.word).update(
        count=Case(When(is_over, then=1), default=F("count") + 1),
        began_at=Case(When(is_over, then=now), default=F("began_at")),
    )
    return bool(changed)
