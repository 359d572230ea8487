"""Random days: whatever happens, all news arrives, once, soon, and never too much of it."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import Delivery, Notice, StatusChange
from credentials_app.notices.timing import next_morning
from credentials_app.status import Notify, Status
from tests import cast
from tests.credentials_app.notices.test_delivery import bobs, chose, minute
from workspaces import tasks as mail_tasks
from workspaces.models import User

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 3, 28, tzinfo=UTC)  # the clocks go forward in between
DAY, HOUR, STEP = timedelta(days=1), timedelta(hours=1), timedelta(minutes=20)
ZONE = "Europe/Berlin"


def lived(chance: Random, pace: Delivery) -> None:
    """Two days in which credentials turn bad and good, some rarely and some all the time."""
    rows = [(bobs(f"number-{number}"), (0.5, 0.2, 0.1, 0.05, 0.02)[number]) for number in range(5)]
    User.objects.filter(pk=cast.bob().pk).update(time_zone=ZONE)
    chose(cast.bob(), pace)
    now = MIDNIGHT
    while now < MIDNIGHT + 2 * DAY:
        for row, often in rows:
            if chance.random() < often:
                bad = row.status != Status.REFUSED
                change = StatusChange.objects.create(
                    credential=row,
                    old=row.status,
                    new=Status.REFUSED if bad else Status.VALID,
                    at=now,
                    why="made-up",
                    tell=Notify.BAD if bad else Notify.GOOD,
                )
                row.status = change.new
                type(row).objects.filter(pk=row.pk).update(status=row.status, status_since=now)
                for person in notices.announce(change.pk, now=now):
                    notices.mail_due_notices(person, now=now)
        minute(now)
        now += STEP
    minute(next_morning(now, ZoneInfo(ZONE)))


@pytest.mark.parametrize("pace", [Delivery.AT_ONCE, Delivery.DAILY])
@pytest.mark.parametrize("seed", range(2))
def test_all_of_it_arrives_once_in_time_and_in_measure(
    monkeypatch: pytest.MonkeyPatch, seed: int, pace: Delivery
) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    chose(cast.alice(), Delivery.NOTHING)
    lived(Random(seed), pace)
    told = Notice.objects.select_related("mail")
    assert told.count() == StatusChange.objects.exclude(tell="").count() > 30
    assert not told.filter(mail=None).exists()
    for notice in told:
        assert notice.mailed_at is not None
        assert notice.mailed_at <= next_morning(notice.made_at, ZoneInfo(ZONE)) + HOUR
    sent = sorted(OutgoingMail.objects.values_list("created_at", flat=True))
    assert max(sum(start <= at < start + HOUR for at in sent) for start in sent) <= 20
    if pace is Delivery.DAILY:
        mornings = [at.astimezone(ZoneInfo(ZONE)) for at in sent]
        assert {(at.hour, at.minute) for at in mornings} == {(8, 0)}
        assert len({at.date() for at in mornings}) == len(sent) <= 3
