"""Ends soon: the right threshold, in the reader's own morning, once, and from whatever source."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import Credential, Delivery, Notice, WorkspaceRule
from credentials_app.notices import preferences
from credentials_app.notices.reminders import crossed, last_morning
from credentials_app.schedule import USUAL_THRESHOLDS
from credentials_app.status import Status
from registry.evidence import ExpirySource
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.notices.test_delivery import bobs, chose, minute, subjects, text_of
from workspaces import tasks as mail_tasks
from workspaces.models import User

END = datetime(2026, 3, 10, tzinfo=UTC)
DAY, HOUR, QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Bangkok", "Pacific/Auckland")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# An end at midnight UTC of 10 March: what the last morning is, by where the reader is.
LAST_MORNINGS = {
    "UTC": date(2026, 3, 9),
    "Europe/Berlin": date(2026, 3, 9),  # it ends there at 01:00, before anybody is up
    "America/New_York": date(2026, 3, 9),  # on the evening before
    "Asia/Bangkok": date(2026, 3, 9),  # at 07:00
    "Asia/Tokyo": date(2026, 3, 10),  # at 09:00
    "Pacific/Auckland": date(2026, 3, 10),  # at 13:00
}


@pytest.mark.parametrize("zone", LAST_MORNINGS)
def test_the_last_morning_on_which_it_works(zone: str) -> None:
    assert last_morning(END, ZoneInfo(zone)) == LAST_MORNINGS[zone]


def test_what_ends_at_eight_sharp_has_its_last_morning_the_day_before() -> None:
    assert last_morning(END.replace(hour=8), ZoneInfo("UTC")) == date(2026, 3, 9)
    assert last_morning(END.replace(hour=8, second=1), ZoneInfo("UTC")) == date(2026, 3, 10)


# The end is 10 March, 00:00 UTC; the last morning in UTC is 9 March.
CROSSED: dict[str, tuple[str, tuple[int, ...], int | None]] = {
    "long before": ("2026-01-01T12:00", USUAL_THRESHOLDS, None),
    "31 mornings before": ("2026-02-06T12:00", USUAL_THRESHOLDS, None),
    "30 mornings before": ("2026-02-07T12:00", USUAL_THRESHOLDS, 30),
    "between two": ("2026-02-20T12:00", USUAL_THRESHOLDS, 30),
    "14 before": ("2026-02-23T12:00", USUAL_THRESHOLDS, 14),
    "only the nearest": ("2026-03-07T12:00", USUAL_THRESHOLDS, 3),
    "tomorrow is the last": ("2026-03-08T12:00", USUAL_THRESHOLDS, 1),
    "the day itself": ("2026-03-09T23:59", USUAL_THRESHOLDS, 0),
    "it is over": ("2026-03-10T00:00", USUAL_THRESHOLDS, None),
    "no thresholds": ("2026-03-09T12:00", (), None),
    "one's own": ("2026-03-01T12:00", (9,), 9),
}


@pytest.mark.parametrize("case", CROSSED)
def test_the_nearest_threshold_that_is_reached(case: str) -> None:
    now, thresholds, expected = CROSSED[case]
    assert crossed(END, thresholds, at(now), ZoneInfo("UTC")) == expected


@given(
    st.integers(0, 365 * 24 * 60),
    st.sampled_from(ZONES),
    st.sampled_from(USUAL_THRESHOLDS),
)
def test_every_threshold_has_a_morning_before_the_end_wherever_one_is(
    minutes: int, zone: str, days: int
) -> None:
    clock, ends_at = ZoneInfo(zone), END + timedelta(minutes=minutes)
    day = last_morning(ends_at, clock) - timedelta(days=days)
    morning = datetime(day.year, day.month, day.day, 8, tzinfo=clock)
    assert morning < ends_at
    assert crossed(ends_at, USUAL_THRESHOLDS, morning, clock) == days


@pytest.fixture
def only_bob(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    chose(cast.alice(), Delivery.NOTHING)


def ending(name: str = "deploy", **columns: Any) -> Credential:
    """Bob's credential that works, and ends as the columns say; as GitLab tells, if not."""
    row = bobs(name)
    told = {"expires_at": END, "expires_source": ExpirySource.PROVIDER.value}
    Credential.objects.filter(pk=row.pk).update(
        status=Status.VALID, status_since=END - 90 * DAY, **(columns or told)
    )
    row.refresh_from_db()
    return row


def quarters(start: datetime, end: datetime, around: int | None) -> Iterator[datetime]:
    """Every quarter of an hour; of long times only those around this hour of each day."""
    while start < end:
        if around is None or abs(start - start.replace(hour=around, minute=0)) <= HOUR / 2:
            yield start
        start += QUARTER


def live(
    start: datetime, end: datetime, *, around: int | None = None
) -> list[tuple[datetime, str]]:
    """Let the time pass as the timetable does; gives when which mail was made."""
    for now in quarters(start, end, around):
        for person in notices.remind(now=now):
            notices.mail_due_notices(person, now=now)
        minute(now)
    mails = OutgoingMail.objects.order_by("created_at")
    return [(mail.created_at, mail.subject) for mail in mails]


@pytest.mark.usefixtures("only_bob")
class TestReminders:
    @pytest.mark.parametrize(
        ("zone", "hour"), [("UTC", 8), ("Europe/Berlin", 7), ("America/New_York", 13)]
    )
    def test_each_threshold_comes_once_at_eight_in_the_readers_morning(
        self, zone: str, hour: int
    ) -> None:
        ending()
        User.objects.filter(pk=cast.bob().pk).update(time_zone=zone)
        told = live(at("2026-01-20T00:00"), at("2026-03-08T00:00"), around=hour)
        last = date(2026, 3, 9)
        assert [moment for moment, _subject in told] == [
            datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            for day in (last - timedelta(days=days) for days in (30, 14, 7, 3))
        ]
        assert [subject for _moment, subject in told] == [
            f"deploy ends in {days} days (Acme / Web)" for days in (30, 14, 7, 3)
        ]

    def test_the_last_ones_say_a_day_and_today(self) -> None:
        ending()
        told = live(at("2026-03-07T12:00"), at("2026-03-10T12:00"))
        assert told == [
            (at("2026-03-07T12:00"), "deploy ends in 2 days (Acme / Web)"),
            (at("2026-03-08T08:00"), "deploy ends in 1 day (Acme / Web)"),
            (at("2026-03-09T08:00"), "deploy ends today (Acme / Web)"),
        ]

    def test_the_mail_tells_the_end_by_the_readers_clock_and_the_last_day_as_the_provider(
        self,
    ) -> None:
        ending()
        User.objects.filter(pk=cast.bob().pk).update(time_zone="Europe/Berlin")
        live(at("2026-03-09T07:00"), at("2026-03-09T08:00"))
        mail = OutgoingMail.objects.get()
        assert mail.subject == "deploy ends in less than a day (Acme / Web)"
        text = text_of(mail)
        assert "Ends: 10 Mar 2026, 01:00 CET" in text
        assert "Last day: 9 Mar 2026 (UTC)" in text
        assert "Known from: told by the provider" in text

    @pytest.mark.parametrize(
        "columns",
        [
            {"expires_at": END, "expires_source": "provider"},
            {"expires_at": END, "expires_source": "secret"},
            {"expires_on": END.date()},
        ],
        ids=["the provider", "the secret", "typed in"],
    )
    def test_the_source_of_the_end_makes_no_difference(self, columns: dict[str, Any]) -> None:
        ending(**columns)
        told = live(at("2026-03-01T00:00"), at("2026-03-03T00:00"))
        assert told == [
            (at("2026-03-01T08:00"), "deploy ends in 8 days (Acme / Web)"),
            (at("2026-03-02T08:00"), "deploy ends in 7 days (Acme / Web)"),
        ]

    def test_after_a_silence_only_the_nearest_is_told(self) -> None:
        ending()
        assert len(live(at("2026-03-06T09:00"), at("2026-03-06T10:00"))) == 1
        assert Notice.objects.get().days == 3

    def test_another_end_is_another_reminder_and_a_few_seconds_are_not(self) -> None:
        row = ending()
        live(at("2026-03-02T08:00"), at("2026-03-02T09:00"))
        moved = Credential.objects.filter(pk=row.pk)
        moved.update(expires_at=END - timedelta(seconds=5))
        assert len(live(at("2026-03-02T09:00"), at("2026-03-02T10:00"))) == 1
        moved.update(expires_at=END + 2 * DAY)
        assert len(live(at("2026-03-02T10:00"), at("2026-03-02T11:00"))) == 2

    def test_several_of_one_morning_are_one_mail_that_begins_with_the_first_to_end(self) -> None:
        source = ExpirySource.PROVIDER.value
        for name, days in (("last", 2), ("first", 0), ("second", 1)):
            ending(name, expires_at=END + days * DAY, expires_source=source)
        live(at("2026-03-02T00:00"), at("2026-03-03T00:00"))
        assert subjects() == ["3 end soon (Acme / Web)"]
        text = json.loads(open_sealed(OutgoingMail.objects.get(), "body"))[0]
        assert text.index("first ends") < text.index("second ends") < text.index("last ends")

    def test_thresholds_of_the_credential_go_before_those_of_the_workspace(self) -> None:
        row = ending()
        WorkspaceRule.objects.create(
            workspace=row.workspace, remind_before=[5], changed_at=scenes.NOON
        )
        ending("build", expires_at=END, expires_source="provider", remind_before=[90, 2])
        told = live(at("2026-01-15T00:00"), at("2026-03-08T00:00"), around=8)
        assert [subject.split(" (")[0] for _moment, subject in told] == [
            "build ends in 53 days",
            "deploy ends in 5 days",
            "build ends in 2 days",
        ]

    @pytest.mark.parametrize("status", [Status.EXPIRED, Status.REVOKED, Status.REFUSED])
    def test_nobody_is_reminded_of_what_does_not_work_any_more(self, status: Status) -> None:
        row = ending()
        Credential.objects.filter(pk=row.pk).update(status=status)
        assert live(at("2026-03-02T00:00"), at("2026-03-02T12:00")) == []

    def test_nor_of_what_is_paused_or_has_no_end(self) -> None:
        row = ending()
        Credential.objects.filter(pk=row.pk).update(status=Status.PAUSED)
        ending("build", expires_at=None, expires_source="provider")
        assert live(at("2026-03-02T00:00"), at("2026-03-02T12:00")) == []

    def test_a_replaced_secret_between_midnight_and_morning_is_not_reminded_of(self) -> None:
        row = ending()
        live(at("2026-03-02T01:00"), at("2026-03-02T02:00"))
        assert Notice.objects.count() == 1
        Credential.objects.filter(pk=row.pk).update(expires_at=END + 300 * DAY)
        assert live(at("2026-03-02T07:00"), at("2026-03-02T09:00")) == []

    def test_an_acknowledged_end_is_quiet_until_it_is_another(self) -> None:
        row = ending()
        Credential.objects.filter(pk=row.pk).update(
            acknowledged_at=END - 20 * DAY, acknowledged_end=END
        )
        assert live(at("2026-03-01T00:00"), at("2026-03-04T00:00")) == []
        Credential.objects.filter(pk=row.pk).update(expires_at=END + DAY)
        assert len(live(at("2026-03-04T00:00"), at("2026-03-05T00:00"))) == 1

    def test_after_a_snooze_the_nearest_threshold_is_told(self) -> None:
        row = ending()
        Credential.objects.filter(pk=row.pk).update(snoozed_until=at("2026-03-05T10:00"))
        told = live(at("2026-02-20T00:00"), at("2026-03-06T00:00"), around=10)
        assert told == [(at("2026-03-05T10:00"), "deploy ends in 4 days (Acme / Web)")]

    @pytest.mark.parametrize(
        ("pace", "count"), [(Delivery.EXPIRY, 1), (Delivery.DAILY, 1), (Delivery.NOTHING, 0)]
    )
    def test_who_wants_only_what_ends_gets_it_and_who_wants_nothing_does_not(
        self, pace: Delivery, count: int
    ) -> None:
        ending()
        chose(cast.bob(), pace)
        assert len(live(at("2026-03-02T00:00"), at("2026-03-03T00:00"))) == count

    def test_a_reminder_of_the_afternoon_waits_for_the_digest_of_who_wants_one(self) -> None:
        chose(cast.bob(), Delivery.DAILY)
        ending()
        told = live(at("2026-03-04T15:00"), at("2026-03-05T12:00"))
        assert told == [(at("2026-03-05T08:00"), "deploy ends in 4 days (Acme / Web)")]

    def test_but_not_when_it_ends_before(self) -> None:
        chose(cast.bob(), Delivery.DAILY)
        ending()
        told = live(at("2026-03-09T15:00"), at("2026-03-09T16:00"))
        assert told == [(at("2026-03-09T15:00"), "deploy ends today (Acme / Web)")]

    def test_it_asks_the_database_as_often_for_fifty_as_for_one(self) -> None:
        first, counts = ending(), []
        for number in range(50):
            if number:
                ending(f"number-{number}")
            if number in (0, 49):
                Notice.objects.all().delete()
                with CaptureQueriesContext(connection) as asked:
                    notices.remind(now=at("2026-03-02T09:00"))
                counts.append(len(asked))
        assert Notice.objects.count() == 50
        assert counts[0] == counts[1]
        assert first.workspace == cast.workspace()

    def test_everybody_is_reminded_in_their_own_morning(self) -> None:
        ending()
        preferences.set_preference(
            cast.alice(), cast.workspace(), pace=Delivery.AT_ONCE, now=END, caller=cast.CALLER
        )
        User.objects.filter(pk=cast.alice().pk).update(time_zone="Pacific/Auckland")
        live(at("2026-03-01T12:00"), at("2026-03-03T12:00"))
        made = OutgoingMail.objects.order_by("created_at").values_list("to", "created_at")
        assert list(made) == [
            ("bob@example.org", at("2026-03-01T12:00")),
            ("alice@example.org", at("2026-03-01T19:00")),
            ("bob@example.org", at("2026-03-02T08:00")),
            ("alice@example.org", at("2026-03-02T19:00")),
        ]
