"""Who gets a report without asking, who chose otherwise, and that each comes once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import Frequency, ReportSubscription
from credentials_app.notices import unsubscribe
from credentials_app.reports import sending, subscriptions
from credentials_app.reports.scope import ReportScope
from credentials_app.services.errors import AskedTooOften
from credentials_app.status import Status
from tests import cast
from tests.credentials_app.reports.rows import keep
from tests.workspaces.mailing import sent
from workspaces import tasks as mail_tasks
from workspaces.models import AuditEvent, Participant, User
from workspaces.models.roles import Role

TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    monkeypatch.setattr(tasks.send_report, "delay", lambda pk: tasks.send_report(pk), raising=True)


@pytest.fixture
def clock() -> Iterator[Any]:
    """The database's time, as the test tells it."""
    with patch.object(tasks, "database_now") as told:
        told.return_value = TUESDAY
        yield told


def ring(clock: Any, now: datetime) -> None:
    clock.return_value = now
    tasks.send_due_reports()


def days(clock: Any, start: datetime, end: datetime) -> None:
    """Ring every quarter of an hour, as the timetable does."""
    while start <= end:
        ring(clock, start)
        start += timedelta(minutes=15)


def got() -> list[str]:
    return list(OutgoingMail.objects.order_by("created_at", "to").values_list("to", flat=True))


def chosen() -> dict[tuple[str, str], str]:
    rows = ReportSubscription.objects.select_related("person", "workspace")
    return {
        (row.person.email, row.workspace.slug if row.workspace else "instance"): row.frequency
        for row in rows
    }


def of_web(person: User | None = None) -> ReportScope:
    return ReportScope(person or cast.alice(), cast.workspace())


@pytest.mark.django_db
class TestWithoutChoosing:
    def test_owners_admins_and_administrators_get_it_every_monday(self, clock: Any) -> None:
        place = cast.workspace()
        for role in Role:
            cast.someone(place, role)
        cast.administrator()
        cast.auditor()
        keep("deploy")
        ring(clock, TUESDAY)
        assert chosen() == {
            ("alice@example.org", "web"): "weekly",
            ("owner@example.org", "web"): "weekly",
            ("admin@example.org", "web"): "weekly",
            ("ada@example.org", "instance"): "weekly",
        }
        assert set(ReportSubscription.objects.values_list("next_at", flat=True)) == {MONDAY}

    def test_the_owner_of_a_personal_workspace_gets_it(self, clock: Any) -> None:
        keep("mine", by=cast.seat(cast.personal(cast.bob()), cast.bob()))
        ring(clock, TUESDAY)
        assert [email for email, _ in chosen()] == ["bob@example.org"]

    def test_a_workspace_without_credentials_has_nothing_to_report(self, clock: Any) -> None:
        cast.workspace()
        ring(clock, TUESDAY)
        assert chosen() == {}

    def test_who_may_not_sign_in_gets_none(self, clock: Any) -> None:
        keep("deploy")
        User.objects.update(is_active=False)
        ring(clock, TUESDAY)
        assert chosen() == {}

    def test_asking_twice_makes_nothing_twice(self, clock: Any) -> None:
        keep("deploy")
        ring(clock, TUESDAY)
        assert subscriptions.make_missing(TUESDAY) == 0
        ring(clock, TUESDAY)
        assert len(chosen()) == 1

    @pytest.mark.parametrize("count", [1, 10])
    def test_it_costs_the_same_however_many_there_are(
        self, clock: Any, count: int, django_assert_max_num_queries: Any
    ) -> None:
        keep("deploy")
        for number in range(count):
            cast.participant(cast.workspace(), cast.person(f"p{number}@example.org"), "admin")
        with django_assert_max_num_queries(9):
            assert subscriptions.make_missing(TUESDAY) == count + 1


@pytest.mark.django_db
class TestSending:
    def test_each_comes_once_on_monday_morning_by_the_readers_clock(self, clock: Any) -> None:
        keep("deploy", status=Status.EXPIRED)
        User.objects.filter(pk=cast.alice().pk).update(time_zone="America/New_York")
        ring(clock, TUESDAY)
        days(clock, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=3, minutes=45))
        assert got() == []
        days(clock, MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=9))
        assert got() == ["alice@example.org"]
        row = ReportSubscription.objects.get()
        assert row.last_at == MONDAY + timedelta(hours=4)
        assert row.next_at == MONDAY + WEEK + timedelta(hours=4)

    @pytest.mark.parametrize(
        ("zone", "comes"),
        [("America/New_York", timedelta(hours=4)), ("Asia/Tokyo", timedelta())],
    )
    def test_who_moves_to_another_clock_gets_it_in_the_morning_or_at_once(
        self, clock: Any, zone: str, comes: timedelta
    ) -> None:
        keep("deploy")
        ring(clock, TUESDAY)
        User.objects.filter(pk=cast.alice().pk).update(time_zone=zone)
        days(clock, MONDAY, MONDAY + timedelta(hours=12))
        assert got() == ["alice@example.org"]
        assert ReportSubscription.objects.get().last_at == MONDAY + comes

    def test_after_a_long_silence_there_is_one_and_then_the_usual(self, clock: Any) -> None:
        keep("deploy")
        ring(clock, TUESDAY)
        ring(clock, MONDAY + 4 * WEEK + DAY)
        assert len(got()) == 1
        assert ReportSubscription.objects.get().next_at == MONDAY + 5 * WEEK

    def test_the_next_one_tells_what_changed_since_this_one(self, clock: Any) -> None:
        row = keep("deploy")
        subscriptions.set_subscription(of_web(), Frequency.DAILY, now=TUESDAY, caller=cast.CALLER)
        ring(clock, TUESDAY + DAY)
        row.changes.create(old="valid", new="expired", at=TUESDAY + DAY, why="expired")
        ring(clock, TUESDAY + 2 * DAY)
        row.changes.create(
            old="expired", new="valid", at=TUESDAY + 2 * DAY + timedelta(hours=1), why="valid"
        )
        ring(clock, TUESDAY + 3 * DAY)
        texts = [str(letter.body) for letter in sent()]
        assert ["Nothing." in text for text in texts] == [True, True, False]
        assert "deploy: expired -> valid" in texts[2]

    def test_who_has_left_gets_none_and_is_forgotten(self, clock: Any) -> None:
        place = cast.workspace()
        keep("deploy")
        admin = cast.someone(place, Role.ADMIN)
        ring(clock, TUESDAY)
        Participant.objects.filter(user=admin).delete()
        ring(clock, MONDAY)
        assert got() == ["alice@example.org"]
        assert ("admin@example.org", "web") not in chosen()

    def test_an_administrator_who_is_none_any_more_gets_none(self, clock: Any) -> None:
        keep("deploy")
        ada = cast.administrator()
        cast.person("b@example.org", administrator=True)
        ring(clock, TUESDAY)
        User.objects.filter(pk=ada.pk).update(is_staff=False)
        ring(clock, MONDAY)
        assert sorted(got()) == ["alice@example.org", "b@example.org"]

    def test_nothing_is_sent_about_nothing(self, clock: Any) -> None:
        row = keep("deploy")
        ring(clock, TUESDAY)
        row.delete()
        ring(clock, MONDAY)
        assert got() == []
        assert ReportSubscription.objects.get().next_at == MONDAY + WEEK

    def test_a_broken_report_keeps_no_other_from_being_sent(self, clock: Any) -> None:
        keep("deploy")
        cast.someone(cast.workspace(), Role.ADMIN)
        ring(clock, TUESDAY)
        clock.return_value = MONDAY
        rung: list[str] = []
        with patch.object(tasks.send_report, "delay", rung.append):
            tasks.send_due_reports()
        assert len(rung) == 2
        assert got() == []


@pytest.mark.django_db
class TestChoosing:
    def test_everybody_who_sees_it_may_and_it_is_written_down(self, clock: Any) -> None:
        viewer = cast.someone(cast.workspace(), Role.VIEWER)
        keep("deploy")
        subscriptions.set_subscription(
            of_web(viewer), Frequency.DAILY, now=TUESDAY, caller=cast.CALLER
        )
        event = AuditEvent.objects.get(action="reports:subscription:change")
        assert event.details == {"action": "daily"}
        ring(clock, TUESDAY + DAY)
        assert got() == ["viewer@example.org"]

    def test_never_stays_never(self, clock: Any) -> None:
        keep("deploy")
        subscriptions.set_subscription(of_web(), Frequency.NEVER, now=TUESDAY, caller=cast.CALLER)
        days(clock, MONDAY, MONDAY + timedelta(hours=1))
        assert got() == []
        assert chosen() == {("alice@example.org", "web"): "never"}

    def test_an_outsider_may_not(self) -> None:
        with pytest.raises(PermissionDenied):
            subscriptions.set_subscription(
                of_web(cast.mallory()), Frequency.DAILY, now=TUESDAY, caller=cast.CALLER
            )
        with pytest.raises(PermissionDenied):
            subscriptions.set_subscription(
                ReportScope(cast.alice()), Frequency.DAILY, now=TUESDAY, caller=cast.CALLER
            )

    @pytest.mark.parametrize("about", ["workspace", "instance"])
    def test_one_click_in_the_mail_ends_it(self, clock: Any, about: str) -> None:
        keep("deploy")
        scope = of_web() if about == "workspace" else ReportScope(cast.administrator())
        sending.send_now(scope, now=TUESDAY, caller=cast.CALLER)
        [letter] = sent()
        header = letter.extra_headers["List-Unsubscribe"]
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert header.strip("<>") in str(letter.body)
        path = header.strip("<>").removeprefix("http://localhost:8000")
        answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert subscriptions.subscription_of(scope) is not None
        days(clock, MONDAY, MONDAY)
        assert scope.person.email not in got()[1:]
        assert unsubscribe.Kind(scope.kind)


@pytest.mark.django_db
class TestNow:
    def test_it_goes_to_who_asks_and_leaves_the_schedule_alone(self, clock: Any) -> None:
        keep("deploy")
        ring(clock, TUESDAY)
        before = ReportSubscription.objects.values().get()
        sending.send_now(of_web(), now=TUESDAY + DAY, caller=cast.CALLER)
        assert got() == ["alice@example.org"]
        assert ReportSubscription.objects.values().get() == before
        assert AuditEvent.objects.filter(action="reports:report:send").count() == 1

    def test_not_all_the_time(self) -> None:
        keep("deploy")
        for _ in range(sending.MAX_REPORTS):
            sending.send_now(of_web(), now=TUESDAY, caller=cast.CALLER)
        with pytest.raises(AskedTooOften):
            sending.send_now(of_web(), now=TUESDAY, caller=cast.CALLER)
        assert len(got()) == sending.MAX_REPORTS

    def test_an_outsider_gets_none(self) -> None:
        with pytest.raises(PermissionDenied):
            sending.send_now(of_web(cast.mallory()), now=TUESDAY, caller=cast.CALLER)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_to_send_it_one_does() -> None:
    keep("deploy")
    subscriptions.make_missing(TUESDAY)
    pk, start = ReportSubscription.objects.get().pk, threading.Barrier(4)

    def send() -> None:
        start.wait()
        sending.send_due(pk, now=MONDAY)
        connection.close()

    crew = [threading.Thread(target=send) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(got()) == 1
    assert mail.outbox == []
