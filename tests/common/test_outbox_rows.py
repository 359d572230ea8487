"""The row of a mail, column by column, from the moment it is written to its deletion."""

import json
import logging
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail

from common import mail_pause, outbox
from common.fields import open_sealed
from common.models import OutgoingMail
from common.outbox import Words

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MOMENT, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WORDS = Words("Hello", "Plain words", "<p>Rich words</p>", {"X-Made-Up": "yes"})
Columns = dict[str, Any]


@pytest.fixture(autouse=True)
def no_server_is_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_pause, "_paused_until", {})


def waiting(key: str = "greeting:1", words: Words = WORDS, **columns: Any) -> OutgoingMail:
    row = outbox.enqueue(to="bob@example.org", words=words, dedupe_key=key, now=NOON)
    OutgoingMail.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def test_a_new_mail_waits_with_everything_that_was_said() -> None:
    row = waiting()
    assert (row.to, row.subject, row.dedupe_key) == ("bob@example.org", "Hello", "greeting:1")
    assert (row.created_at, row.not_before, row.lease_until) == (NOON, NOON, None)
    assert (row.sent_at, row.failed_at, row.attempts, row.last_error) == (None, None, 0, "")
    assert row.message_id == f"<{row.pk}@localhost>"
    said = json.loads(open_sealed(row, "body"))
    assert said == [WORDS.text, WORDS.html, {"X-Made-Up": "yes"}]


def test_a_subject_is_one_line_of_at_most_200_letters() -> None:
    assert waiting(words=Words(" a \n\t b ", "")).subject == "a b"
    assert waiting("long", Words("x" * 300, "")).subject == "x" * 200


@pytest.mark.parametrize(
    ("columns", "is_due"),
    [
        pytest.param({}, True, id="new"),
        pytest.param({"not_before": NOON + MOMENT}, False, id="later"),
        pytest.param({"lease_until": NOON + MOMENT}, False, id="being sent"),
        pytest.param({"lease_until": NOON}, True, id="that attempt is over"),
        pytest.param({"sent_at": NOON - HOUR}, False, id="sent"),
        pytest.param({"failed_at": NOON - HOUR}, False, id="given up"),
    ],
)
def test_a_mail_is_due_until_it_is_sent_or_given_up(columns: Columns, is_due: bool) -> None:
    row = waiting(**columns)
    assert (row in outbox.due_mails(NOON)) is is_due
    assert (outbox.claim_mail(row.pk, now=NOON) is not None) is is_due


def test_a_claim_takes_one_mail_for_five_minutes_and_counts() -> None:
    row, other = waiting(), waiting("greeting:2")
    for attempts, now in ((1, NOON), (2, NOON + 5 * MINUTE)):
        claimed = outbox.claim_mail(row.pk, now=now)
        assert claimed == row
        assert (claimed.lease_until, claimed.attempts) == (now + 5 * MINUTE, attempts)
        assert outbox.claim_mail(row.pk, now=now) is None
    other.refresh_from_db()
    assert (other.lease_until, other.attempts) == (None, 0)


def test_a_mail_that_was_accepted_keeps_no_words_and_no_error() -> None:
    row = waiting(last_error="the mail server hung up")
    assert outbox.deliver_mail_row(row.pk, now=NOON) is True
    row.refresh_from_db()
    assert (row.sent_at, row.lease_until, row.last_error, row.body) == (NOON, None, "", None)
    assert outbox.deliver_mail_row(row.pk, now=NOON) is False


def test_a_mail_has_our_headers_and_its_own() -> None:
    row = waiting()
    outbox.deliver_mail_row(row.pk, now=NOON)
    [sent] = django_mail.outbox
    assert isinstance(sent, django_mail.EmailMultiAlternatives)
    assert (sent.subject, sent.body, sent.to) == ("Hello", "Plain words", ["bob@example.org"])
    assert [tuple(each) for each in sent.alternatives] == [("<p>Rich words</p>", "text/html")]
    assert sent.extra_headers == {
        "Message-ID": row.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Made-Up": "yes",
    }


def test_a_mail_without_rich_words_has_no_second_part() -> None:
    outbox.deliver_mail_row(waiting(words=Words("Hello", "Plain words")).pk, now=NOON)
    [sent] = django_mail.outbox
    assert isinstance(sent, django_mail.EmailMultiAlternatives)
    assert sent.alternatives == []


@pytest.mark.parametrize("problem", [None, ConnectionRefusedError("made up")])
def test_what_another_process_writes_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch, problem: Exception | None
) -> None:
    row = waiting()

    def hand_over(_message: Any) -> None:
        OutgoingMail.objects.update(subject="changed meanwhile")
        if problem:
            raise problem

    monkeypatch.setattr(outbox, "hand_over", hand_over)
    assert outbox.deliver_mail_row(row.pk, now=NOON) is (problem is None)
    row.refresh_from_db()
    assert row.subject == "changed meanwhile"


def fail(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def hand_over(_message: Any) -> None:
        raise problem

    monkeypatch.setattr(outbox, "hand_over", hand_over)


def test_a_failure_is_a_word_in_the_row_and_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fail(monkeypatch, ConnectionRefusedError("made-up-foreign-text"))
    row = waiting()
    with caplog.at_level(logging.WARNING, "common.outbox"):
        assert outbox.deliver_mail_row(row.pk, now=NOON) is False
    assert caplog.messages == [
        "A mail did not leave: the mail server could not be reached (ConnectionRefusedError)"
    ]
    row.refresh_from_db()
    assert (row.last_error, row.lease_until) == ("the mail server could not be reached", None)
    assert (row.failed_at, row.not_before) == (None, NOON + MINUTE)
    assert row.body is not None
    assert mail_pause.is_paused()


@pytest.mark.parametrize(
    ("attempts", "pause"), [(0, MINUTE), (1, 2 * MINUTE), (3, 8 * MINUTE), (9, 6 * HOUR)]
)
def test_each_pause_is_twice_the_one_before(
    monkeypatch: pytest.MonkeyPatch, attempts: int, pause: timedelta
) -> None:
    fail(monkeypatch, ConnectionResetError())
    row = waiting(attempts=attempts)
    outbox.deliver_mail_row(row.pk, now=NOON)
    row.refresh_from_db()
    assert row.not_before == NOON + pause
    assert not mail_pause.is_paused(), "this failure is about one mail"


@pytest.mark.parametrize(
    ("age", "problem", "given_up"),
    [
        (48 * HOUR - MOMENT, ConnectionResetError(), False),
        (48 * HOUR, ConnectionResetError(), True),
        (timedelta(0), smtplib.SMTPDataError(554, b"made up"), True),
        (timedelta(0), smtplib.SMTPDataError(451, b"made up"), False),
    ],
)
def test_a_mail_is_given_up_after_two_days_or_at_a_final_no(
    monkeypatch: pytest.MonkeyPatch, age: timedelta, problem: Exception, given_up: bool
) -> None:
    fail(monkeypatch, problem)
    row = waiting(created_at=NOON - age)
    outbox.deliver_mail_row(row.pk, now=NOON)
    row.refresh_from_db()
    assert (row.failed_at, row.body is None) == ((NOON, True) if given_up else (None, False))


@pytest.mark.parametrize("column", ["sent_at", "failed_at"])
def test_a_mail_is_deleted_after_90_days_and_not_at_90(column: str) -> None:
    days = timedelta(days=90)
    waiting("old", **{column: NOON - days - MOMENT})
    kept = waiting("not old", **{column: NOON - days})
    assert outbox.delete_old_mails(now=NOON) == 1
    assert list(OutgoingMail.objects.all()) == [kept]


def test_old_mails_are_deleted_so_many_at_a_time_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "DELETE_BATCH_SIZE", 2)
    long_ago = NOON - timedelta(days=91)
    for age in (2, 3, 1):
        waiting(str(age), sent_at=long_ago, created_at=long_ago - age * HOUR)
    assert outbox.delete_old_mails(now=NOON) == 2
    assert [row.dedupe_key for row in OutgoingMail.objects.all()] == ["1"]
    assert (outbox.delete_old_mails(now=NOON), outbox.delete_old_mails(now=NOON)) == (1, 0)


class Connection:
    """A connection to a mail server that notes what is asked of it, and fails as a test wants."""

    def __init__(self, *, sending: Exception | None = None, closing: Exception | None = None):
        self.asked: list[object] = []
        self._sending, self._closing = sending, closing

    def open(self) -> None:
        self.asked.append("open")

    def send_messages(self, messages: list[object]) -> None:
        self.asked.append(messages)
        if self._sending:
            raise self._sending

    def close(self) -> None:
        self.asked.append("close")
        if self._closing:
            raise self._closing


@pytest.mark.parametrize("closing", [None, OSError(), smtplib.SMTPServerDisconnected()])
def test_a_bad_goodbye_does_not_send_a_mail_again(
    monkeypatch: pytest.MonkeyPatch, closing: Exception | None
) -> None:
    connection, message = Connection(closing=closing), django_mail.EmailMessage("Hello")
    monkeypatch.setattr(outbox, "get_connection", lambda: connection)
    outbox.hand_over(message)
    assert connection.asked == ["open", [message], "close"]


@pytest.mark.parametrize("closing", [None, OSError(), smtplib.SMTPServerDisconnected()])
def test_a_mail_that_was_not_taken_says_why_and_the_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch, closing: Exception | None
) -> None:
    refused = smtplib.SMTPDataError(451, b"made up")
    connection = Connection(sending=refused, closing=closing)
    monkeypatch.setattr(outbox, "get_connection", lambda: connection)
    with pytest.raises(smtplib.SMTPDataError):
        outbox.hand_over(django_mail.EmailMessage("Hello"))
    assert connection.asked[-1] == "close"
