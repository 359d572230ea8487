"""From a notice that waits to one mail: digests, storms, and what is not news any more."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from common.fields import open_sealed
from common.links import absolute
from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import (
    Credential,
    Delivery,
    Notice,
    NoticeKind,
    NoticePreference,
    StatusChange,
)
from credentials_app.notices import muting, preferences
from credentials_app.status import Notify, Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces import tasks as mail_tasks
from workspaces.models import User
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


@pytest.fixture(autouse=True)
def only_bob() -> None:
    """Alice, who owns the workspace, wants to hear nothing."""
    chose(cast.alice(), Delivery.NOTHING)


def chose(person: User, pace: Delivery, *, place: Any = None, now: datetime = NOON) -> None:
    where = place or cast.workspace()
    preferences.set_preference(person, where, pace=pace, now=now, caller=cast.CALLER)


def bobs(name: str = "deploy", *, place: Any = None) -> Credential:
    where = place or cast.workspace()
    owner = cast.participant(where, cast.bob(), "user")
    return scenes.stored(name, by=cast.seat(where), owner=owner)


def turned(
    row: Credential, new: Status = Status.EXPIRED, *, now: datetime = NOON, mail: bool = True
) -> StatusChange:
    """The credential becomes this, as a check would record it, and people are told."""
    tell = Notify.GOOD if new is Status.VALID else Notify.BAD
    change = StatusChange.objects.create(
        credential=row, old=row.status, new=new, at=now, why="made-up", tell=tell
    )
    row.status, row.status_since = new, now
    row.save(update_fields=["status", "status_since"])
    due = notices.announce(change.pk, now=now)
    for person in due if mail else ():
        notices.mail_due_notices(person, now=now)
    return change


def minute(now: datetime) -> None:
    """What happens every minute."""
    for person in notices.waiting_people(now):
        notices.mail_due_notices(person, now=now)


def subjects() -> list[str]:
    return list(OutgoingMail.objects.order_by("created_at").values_list("subject", flat=True))


def text_of(mail: OutgoingMail) -> str:
    text: str = json.loads(open_sealed(mail, "body"))[0]
    return text


def test_one_piece_of_news_is_a_mail_of_its_own() -> None:
    turned(bobs())
    assert subjects() == ["deploy: expired (Acme / Web)"]
    notice = Notice.objects.get()
    assert (notice.mailed_at, notice.mail) == (NOON, OutgoingMail.objects.get())


def test_several_that_are_due_are_one_digest() -> None:
    for name in ("deploy", "build", "mirror"):
        turned(bobs(name), mail=False)
    turned(bobs("mirror-2"), Status.VALID, mail=False)
    minute(NOON)
    assert subjects() == ["3 turned bad, 1 good again (Acme / Web)"]
    text = text_of(OutgoingMail.objects.get())
    for heading in ("deploy: expired", "build: expired", "mirror-2 works again"):
        assert heading in text
    assert Notice.objects.filter(mailed_at=NOON).count() == 4


def test_a_digest_tells_the_latest_of_each_credential() -> None:
    row = bobs()
    for number, status in enumerate((Status.EXPIRED, Status.VALID, Status.REVOKED)):
        turned(row, status, now=NOON - (3 - number) * MINUTE, mail=False)
    turned(bobs("build"), mail=False)
    minute(NOON)
    assert subjects() == ["2 turned bad (Acme / Web)"]
    text = text_of(OutgoingMail.objects.get())
    assert "deploy: revoked" in text
    assert "It changed 3 times; this is the latest." in text
    assert "deploy: expired" not in text


def test_a_digest_of_two_workspaces_says_so_and_can_stop_both() -> None:
    other = cast.workspace("ops")
    chose(cast.alice(), Delivery.NOTHING, place=other)
    turned(bobs(), mail=False)
    turned(bobs("build", place=other), mail=False)
    minute(NOON)
    assert subjects() == ["2 turned bad (several workspaces)"]
    headers = json.loads(open_sealed(OutgoingMail.objects.get(), "body"))[2]
    cast.client_for().post(headers["List-Unsubscribe"].strip("<>"))
    found = NoticePreference.objects.filter(person=cast.bob(), pace=Delivery.NOTHING)
    assert {row.workspace for row in found} >= {cast.workspace(), other}


def test_a_long_digest_lists_and_names_25_and_links_the_rest() -> None:
    first = bobs("number-0")
    for number in range(60):
        row = first if number == 0 else Credential.objects.get(pk=first.pk)
        if number:
            row.pk, row.name = uuid4(), f"number-{number}"
            row.save(force_insert=True)
        turned(row, mail=False)
    with CaptureQueriesContext(connection) as asked:
        minute(NOON)
    assert subjects() == ["60 turned bad (Acme / Web)"]
    text, html = json.loads(open_sealed(OutgoingMail.objects.get(), "body"))[:2]
    listed, *items, rest = text.split("-" * 40)
    assert listed.count("- number-") == len(items) + 1 == 25
    assert "- and 35 more" in listed
    page = absolute(credentials_url(cast.workspace(), "list"))
    assert f"And 35 more: {page}" in rest
    assert f'<a href="{page}" style="color:#22577a">And 35 more</a>' in html
    assert len(html) < 100_000
    assert len(asked) < 25


def test_daily_news_waits_for_eight_in_the_readers_morning() -> None:
    row = bobs()
    User.objects.filter(pk=cast.bob().pk).update(time_zone="Europe/Berlin")
    chose(cast.bob(), Delivery.DAILY)
    turned(row)
    turned(bobs("build"), now=NOON + 3 * HOUR)
    morning = datetime(2026, 3, 11, 7, tzinfo=UTC)
    minute(morning - MINUTE)
    assert subjects() == []
    minute(morning)
    assert subjects() == ["2 turned bad (Acme / Web)"]


def test_flapping_becomes_one_mail_a_day() -> None:
    row, now = bobs(), NOON
    for number in range(24):
        turned(row, Status.VALID if number % 2 else Status.REFUSED, now=now)
        minute(now)
        now += HOUR
    at_once = [mail.created_at for mail in OutgoingMail.objects.order_by("created_at")]
    assert at_once == [NOON, NOON + HOUR, NOON + 2 * HOUR, datetime(2026, 3, 11, 8, tzinfo=UTC)]
    minute(datetime(2026, 3, 12, 8, tzinfo=UTC))
    assert OutgoingMail.objects.count() == 5
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_a_storm_of_two_hundred_that_flip_twenty_times_is_at_most_twenty_mails_an_hour() -> None:
    first = bobs("number-0")
    rows = [first]
    for number in range(1, 200):
        copy = Credential.objects.get(pk=first.pk)
        copy.pk, copy.name = uuid4(), f"number-{number}"
        rows.append(copy)
    Credential.objects.bulk_create(rows[1:])
    changes = [
        StatusChange(credential=row, old="valid", new="refused", at=NOON, why="x", tell="bad")
        for row in rows
    ]
    for flip in range(20):
        now = NOON + flip * 3 * MINUTE
        for row, change in zip(rows, changes, strict=True):
            change.pk, change.at, change.told_at = uuid4(), now, None
            change.new, change.tell = ("valid", "good") if flip % 2 else ("refused", "bad")
            row.status = change.new
        Credential.objects.bulk_update(rows, ["status"])
        StatusChange.objects.bulk_create(changes)
        for change in changes[:: 200 if flip > 3 else 1]:
            for person in notices.announce(change.pk, now=now):
                notices.mail_due_notices(person, now=now)
        for step in range(3):
            minute(now + step * MINUTE)
    assert 5 <= OutgoingMail.objects.filter(created_at__lt=NOON + HOUR).count() <= 20
    keys = OutgoingMail.objects.values_list("dedupe_key", flat=True)
    assert len(keys) == len(set(keys))


def test_what_was_held_back_by_a_storm_is_told_afterwards() -> None:
    for number in range(12):
        turned(bobs(f"number-{number}"))
    assert len(subjects()) == 5
    minute(NOON + 4 * MINUTE)
    assert len(subjects()) == 5
    minute(NOON + 5 * MINUTE)
    assert subjects()[5:] == ["7 turned bad (Acme / Web)"]
    assert not Notice.objects.filter(mailed_at=None).exists()


def unsubscribed(row: Credential) -> None:
    chose(cast.bob(), Delivery.NOTHING)


def left(row: Credential) -> None:
    cast.workspace().participants.filter(user=cast.bob()).delete()
    cast.organization().members.filter(user=cast.bob()).delete()


def suspended(row: Credential) -> None:
    User.objects.filter(pk=cast.bob().pk).update(is_active=False)


def paused(row: Credential) -> None:
    Credential.objects.filter(pk=row.pk).update(status=Status.PAUSED)


def given_away(row: Credential) -> None:
    Credential.objects.filter(pk=row.pk).update(owner=cast.alice())


def acknowledged(row: Credential) -> None:
    Credential.objects.filter(pk=row.pk).update(acknowledged_at=NOON, acknowledged_end=None)


@pytest.mark.parametrize("deed", [unsubscribed, left, suspended, paused, given_away, acknowledged])
def test_what_is_not_wanted_any_more_is_dropped_before_it_is_mailed(deed: Any) -> None:
    row = bobs()
    turned(row, mail=False)
    deed(row)
    minute(NOON)
    notice = Notice.objects.get()
    assert subjects() == []
    assert (notice.mailed_at, notice.mail) == (NOON, None)


def test_that_checking_was_stopped_is_told_although_it_is_paused() -> None:
    turned(bobs(), Status.PAUSED)
    assert subjects() == ["deploy: paused (Acme / Web)"]


def test_a_snooze_holds_news_back_until_it_is_over() -> None:
    row = bobs()
    Credential.objects.filter(pk=row.pk).update(snoozed_until=NOON + 3 * DAY)
    turned(row)
    for days in range(3):
        minute(NOON + days * DAY)
    assert subjects() == []
    minute(NOON + 3 * DAY)
    assert subjects() == ["deploy: expired (Acme / Web)"]


def test_an_acknowledgement_ends_with_the_status() -> None:
    row = bobs()
    turned(row, now=NOON - HOUR)
    muting.acknowledge(scenes.seat(), row)
    Credential.objects.filter(pk=row.pk).update(acknowledged_at=NOON)
    row.refresh_from_db()
    assert muting.is_acknowledged(row)
    turned(row, Status.VALID, now=NOON + HOUR)
    turned(row, Status.EXPIRED, now=NOON + 2 * HOUR)
    assert not muting.is_acknowledged(row)
    assert len(subjects()) == 3


def test_who_chooses_at_once_does_not_wait_for_the_morning_chosen_before() -> None:
    row = bobs()
    chose(cast.bob(), Delivery.DAILY)
    turned(row)
    chose(cast.bob(), Delivery.AT_ONCE, now=NOON + MINUTE)
    minute(NOON + MINUTE)
    assert len(subjects()) == 1


def test_a_change_of_a_deleted_credential_is_no_news() -> None:
    row = bobs()
    turned(row, mail=False)
    row.delete()
    minute(NOON)
    assert not Notice.objects.exists()
    assert subjects() == []


def test_the_same_news_is_mailed_once_whoever_tries() -> None:
    turned(bobs(), mail=False)
    for _ in range(3):
        notices.mail_due_notices(cast.bob().pk, now=NOON)
    Notice.objects.update(mailed_at=None, mail=None)
    notices.mail_due_notices(cast.bob().pk, now=NOON)
    assert len(subjects()) == 1


def test_unknown_people_get_no_mail() -> None:
    assert notices.mail_due_notices(uuid4(), now=NOON) is None
    assert Notice.objects.filter(kind=NoticeKind.BAD).count() == 0


@pytest.mark.parametrize("count", [1, 60])
def test_a_mail_about_many_is_written_with_the_same_few_statements(count: int) -> None:
    chose(cast.alice(), Delivery.AT_ONCE)
    for number in range(count):
        scenes.checked(scenes.stored(f"deploy-{number:02}"), Outcome.EXPIRED)
    now = database_now()
    for change in StatusChange.objects.exclude(tell=""):
        notices.announce(change.pk, now=now)
    with CaptureQueriesContext(connection) as asked:
        sent = notices.mail_due_notices(cast.alice().pk, now=now)
    assert sent
    assert f"{count} turned bad" in sent.subject or count == 1
    assert len(asked) == 17
    rows = [each["sql"] for each in asked if '"credentials_app_notice"."key"' in each["sql"]]
    assert rows
    assert not any("evidence" in sql or '"notes"' in sql for sql in rows), "not for thousands"
