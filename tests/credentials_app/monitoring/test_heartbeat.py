"""A checker that has stopped is noticed by the web process, told once, and told when it is over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import CheckerWatch, Credential, RegistryOrigin
from credentials_app.monitoring import heartbeat, mails
from credentials_app.monitoring.heartbeat import Cause, LastSeen, Stop
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.servers.process import free_port
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONG_AGO = NOON - timedelta(days=3)


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    LastSeen.forget()
    yield
    LastSeen.forget()


class Clock:
    """The database's time, as the test tells it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def watch(self, span: timedelta, *, sweeps: bool) -> None:
        """Let the time pass while a web process looks, and a sweep ends every minute or none."""
        end = self.now + span
        while self.now < end:
            self.now += MINUTE
            if sweeps:
                heartbeat.note_sweep()
            heartbeat.watch_once()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(heartbeat, "database_now", clock)
    return clock


def letters() -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


def signs(**times: datetime | None) -> CheckerWatch:
    return CheckerWatch(
        **{"watched_since": LONG_AGO, "swept_at": NOON, "checked_at": NOON, **times}
    )


MEANINGS: dict[str, tuple[dict[str, datetime | None], bool, Stop | None]] = {
    "it sweeps and nothing is overdue": ({}, False, None),
    "swept almost ten minutes ago": ({"swept_at": NOON - 9 * MINUTE}, False, None),
    "swept ten minutes ago": (
        {"swept_at": NOON - 10 * MINUTE},
        False,
        Stop(NOON - 10 * MINUTE, Cause.NO_SWEEP),
    ),
    "never swept, watched for long": ({"swept_at": None}, False, Stop(LONG_AGO, Cause.NO_SWEEP)),
    "never swept, watched for a moment": (
        {"swept_at": None, "watched_since": NOON - MINUTE},
        False,
        None,
    ),
    "all of it was down until a moment ago": (
        {"swept_at": LONG_AGO, "checked_at": LONG_AGO, "watched_since": NOON - MINUTE},
        True,
        None,
    ),
    "nothing was due, so nothing was checked": ({"checked_at": LONG_AGO}, False, None),
    "due for a day, and nothing was checked": (
        {"checked_at": NOON - 25 * HOUR},
        True,
        Stop(NOON - 25 * HOUR, Cause.NO_CHECK),
    ),
    "one is overdue, but others are checked": ({"checked_at": NOON - HOUR}, True, None),
    "due for a day, and nothing was ever checked": (
        {"checked_at": None},
        True,
        Stop(LONG_AGO, Cause.NO_CHECK),
    ),
}


@pytest.mark.parametrize("case", MEANINGS)
def test_what_the_signs_of_life_mean(case: str) -> None:
    times, overdue, expected = MEANINGS[case]
    assert heartbeat.diagnose(signs(**times), NOON, overdue=overdue) == expected


def test_nothing_is_told_while_it_sweeps(clock: Clock) -> None:
    cast.administrator()
    clock.watch(30 * MINUTE, sweeps=True)
    assert letters() == []
    assert not OutgoingMail.objects.exists()


def test_every_administrator_is_told_once_and_once_when_it_is_over(clock: Clock) -> None:
    cast.administrator()
    cast.person("second@example.org", administrator=True)
    cast.person("gone@example.org", administrator=True, active=False)
    cast.auditor()
    clock.watch(5 * MINUTE, sweeps=True)
    clock.watch(40 * MINUTE, sweeps=False)
    stopped = "Lockkeeper has stopped checking"
    assert sorted(letters()) == [("ada@example.org", stopped), ("second@example.org", stopped)]
    clock.watch(5 * MINUTE, sweeps=True)
    assert [subject for _, subject in letters()[2:]] == ["Lockkeeper checks again"] * 2
    assert "from 12:05 UTC on 10 Mar 2026 to 12:46 UTC" in str(mail.outbox[2].body)
    clock.watch(15 * MINUTE, sweeps=False)
    assert len(letters()) == 6


def test_it_is_written_down(clock: Clock) -> None:
    clock.watch(15 * MINUTE, sweeps=False)
    clock.watch(MINUTE, sweeps=True)
    events = AuditEvent.objects.filter(action__startswith="credentials:checker").order_by("seq")
    assert [(event.action, event.details) for event in events] == [
        ("credentials:checker:stop", {"cause": "no sweep"}),
        ("credentials:checker:start", {}),
    ]


def test_the_mail_leaves_without_the_worker_and_says_what_to_do(clock: Clock) -> None:
    person = cast.administrator()
    person.time_zone = "Asia/Kolkata"
    person.save(update_fields=["time_zone"])
    clock.watch(15 * MINUTE, sweeps=False)
    [letter] = mail.outbox
    assert isinstance(letter, mail.EmailMultiAlternatives)
    for words in (str(letter.body), str(letter.alternatives[0][0])):
        assert "17:31 IST" in words
        assert "worker, beat and queue" in words
        assert "http://localhost:8000/admin/" in words


def test_a_mail_server_that_is_away_is_tried_again_by_the_web_process(
    clock: Clock, settings: Any
) -> None:
    cast.administrator()
    with_server = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = free_port()
    clock.watch(12 * MINUTE, sweeps=False)
    assert OutgoingMail.objects.get().attempts > 0
    settings.EMAIL_BACKEND = with_server
    clock.watch(10 * MINUTE, sweeps=False)
    assert len(letters()) == 1


def test_other_mails_are_left_to_the_worker(clock: Clock) -> None:
    from common import outbox

    outbox.enqueue(
        to="bob@example.org", words=outbox.Words("Hello", "words"), dedupe_key="a:1", now=NOON
    )
    clock.watch(15 * MINUTE, sweeps=False)
    assert letters() == []


def test_one_web_process_looks_at_a_time(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[datetime] = []
    monkeypatch.setattr(mails, "deliver_own_mails", turns.append)
    for _ in range(3):
        heartbeat.watch_once()
    assert turns == [NOON]
    clock.now += timedelta(seconds=heartbeat.LOOK_EVERY_S)
    heartbeat.watch_once()
    assert len(turns) == 2


def test_after_all_of_it_was_down_silence_is_counted_anew(clock: Clock) -> None:
    clock.watch(5 * MINUTE, sweeps=True)
    clock.now += 2 * HOUR
    clock.watch(9 * MINUTE, sweeps=False)
    assert LastSeen.stopped_since is None
    clock.watch(3 * MINUTE, sweeps=False)
    assert LastSeen.stopped_since == NOON + 2 * HOUR + 6 * MINUTE


def overdue_row(clock: Clock) -> Credential:
    row = scenes.stored()
    Credential.objects.update(next_check_at=clock.now - 30 * HOUR)
    return row


def test_what_is_overdue_and_not_checked_is_a_stop_although_it_sweeps(
    clock: Clock, settings: Any
) -> None:
    settings.LOCKKEEPER_CHECK_INTERVAL = HOUR
    cast.administrator()
    clock.watch(heartbeat.silence_limit() + HOUR, sweeps=True)
    overdue_row(clock)
    clock.watch(2 * MINUTE, sweeps=True)
    assert [subject for _, subject in letters()] == ["Lockkeeper has stopped checking"]
    assert "the worker does not get anything done" in str(mail.outbox[0].body)


@pytest.mark.parametrize("column", ["paused_until", "circuit_until"])
def test_a_registry_that_is_left_alone_is_no_stopped_checker(clock: Clock, column: str) -> None:
    row = overdue_row(clock)
    assert heartbeat.overdue(NOON).exists()
    RegistryOrigin.objects.update_or_create(
        origin=row.server, defaults={column: clock.now + MINUTE}
    )
    assert not heartbeat.overdue(NOON).exists()


def test_patience_is_twice_the_interval_and_never_shorter_than_budgets_last(settings: Any) -> None:
    settings.LOCKKEEPER_CHECK_INTERVAL = 12 * HOUR
    assert heartbeat.silence_limit() == 24 * HOUR
    settings.LOCKKEEPER_CHECK_INTERVAL = 15 * MINUTE
    assert heartbeat.silence_limit() == 2 * HOUR


class TestSignsOfLife:
    def test_a_sweep_leaves_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tasks.sweep_due_checks()
        first = CheckerWatch.objects.get().swept_at
        tasks.sweep_due_checks()
        assert first is not None
        assert CheckerWatch.objects.get().swept_at != first

    def test_a_sweep_that_breaks_leaves_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tasks.due, "due_work", lambda now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.sweep_due_checks()
        assert not CheckerWatch.objects.exists()

    def test_a_recorded_check_leaves_one_and_the_next_minute_none(self) -> None:
        heartbeat.note_sweep()
        rows = [scenes.stored(name) for name in ("one", "two")]
        with scenes.registry_says(Outcome.VALID):
            tasks.check_credential(rows[0].pk)
            first = CheckerWatch.objects.get().checked_at
            tasks.check_credential(rows[1].pk)
        assert first is not None
        assert CheckerWatch.objects.get().checked_at == first

    def test_what_was_not_due_leaves_none(self) -> None:
        heartbeat.note_sweep()
        row = scenes.checked(scenes.stored(), Outcome.VALID)
        with scenes.registry_says(Outcome.VALID):
            tasks.check_credential(row.pk)
        assert CheckerWatch.objects.get().checked_at is None


class TestPages:
    address = "/healthz/checker"

    def ask(self) -> tuple[int, str]:
        answer = Client(headers={"host": "anything.example"}).get(self.address)
        return answer.status_code, answer.content.decode()

    def test_while_nobody_looks_nobody_knows(self) -> None:
        assert self.ask() == (503, "Nobody has looked at the checker lately.\n")

    def test_it_is_well_while_it_sweeps(self, clock: Clock) -> None:
        clock.watch(MINUTE, sweeps=True)
        assert self.ask() == (200, "ok\n")
        clock.now += 10 * MINUTE
        assert self.ask()[0] == 503

    def test_it_says_that_it_has_stopped_and_nothing_else(self, clock: Clock) -> None:
        clock.watch(15 * MINUTE, sweeps=False)
        assert self.ask() == (503, "The checker has stopped.\n")
        clock.watch(MINUTE, sweeps=True)
        assert self.ask() == (200, "ok\n")

    @pytest.mark.parametrize("page", ["/me/credentials/", "/admin/", "/account/"])
    def test_administrators_see_it_on_every_page(self, clock: Clock, page: str) -> None:
        browser = cast.client_for(cast.administrator())
        told = "Lockkeeper has stopped checking"
        clock.watch(5 * MINUTE, sweeps=True)
        assert told not in browser.get(page).content.decode()
        clock.watch(15 * MINUTE, sweeps=False)
        shown = browser.get(page).content.decode()
        assert told in shown
        assert 'role="alert"' in shown
        assert "tone-bad" in shown

    def test_others_cannot_do_anything_about_it(self, clock: Clock) -> None:
        clock.watch(15 * MINUTE, sweeps=False)
        for person in (cast.alice(), cast.auditor()):
            shown = cast.client_for(person).get("/me/credentials/").content.decode()
            assert "has stopped checking" not in shown
