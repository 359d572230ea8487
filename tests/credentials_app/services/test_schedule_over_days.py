"""Days of scheduled checks by a clock of our own: everybody by their own interval, nobody twice."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import Min

from credentials_app.models import Credential
from credentials_app.services.actions import pause_credential
from credentials_app.services.schedule import set_workspace_rule
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.fast_days import BanningGitLab, Clock, fast
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INTERVALS = {"by-itself": 2 * HOUR, "by-the-workspace": 5 * HOUR, "by-the-instance": 12 * HOUR}


def stored(name: str, by: Seat, clock: Clock, every: timedelta | None = None) -> None:
    row = scenes.stored(name, by=by, username=name, check_every=every)
    Credential.objects.filter(pk=row.pk).update(asked_at=None, next_check_at=clock())


def days_pass(clock: Clock, end: datetime) -> BanningGitLab:
    """Jump from one due time to the next; at each the checker sweeps for a minute."""
    registry = BanningGitLab(clock, INTERVALS.__contains__)
    with fast(clock) as let_pass, scenes.registry_says(registry.answer):
        while clock() < end:
            due = Credential.objects.aggregate(first=Min("next_check_at"))["first"]
            clock.now = max(clock(), due)
            let_pass(MINUTE)
    return registry


def test_each_is_looked_at_in_its_own_interval_and_no_oftener() -> None:
    random.seed(11)
    clock, seat = Clock(), scenes.seat()
    set_workspace_rule(seat, check_every=5 * HOUR, remind_before=None)
    stored("by-itself", seat, clock, 2 * HOUR)
    stored("by-the-workspace", seat, clock)
    stored("by-the-instance", cast.seat(cast.personal()), clock)
    seen = days_pass(clock, clock() + 2 * DAY).let_in
    for name, interval in INTERVALS.items():
        gaps = [later - earlier for earlier, later in pairwise(seen[name])]
        assert 0.9 * interval <= min(gaps), name
        assert max(gaps) <= 1.1 * interval + 2 * MINUTE, name
        assert len(gaps) >= 2 * DAY // (1.1 * interval) - 1, name
        assert max(gaps) - min(gaps) > 0.02 * interval, f"{name}: nothing is spread"


def test_what_is_paused_is_not_looked_at() -> None:
    clock, seat = Clock(), scenes.seat()
    stored("by-itself", seat, clock, 4 * HOUR)
    stored("by-the-workspace", seat, clock, HOUR)
    pause_credential(seat, Credential.objects.get(name="by-the-workspace"))
    seen = days_pass(clock, clock() + DAY).let_in
    assert len(seen["by-itself"]) >= 5
    assert seen["by-the-workspace"] == []
