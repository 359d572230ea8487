"""Nobody gets more mails than the limits, whatever their kind, and no cause holds another back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from common import outbox
from common.mail_limits import recipient_of
from common.models import MailCause, OutgoingMail
from common.outbox import Words

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = Words("Hello", "Plain words")
BOB = "bob@example.org"


def add_news(count: int, to: str = BOB, now: datetime = NOON) -> None:
    for number in range(count):
        outbox.enqueue(to=to, words=WORDS, dedupe_key=f"{to}:{now}:{number}", now=now)


def add_from_outside(count: int, cause: MailCause, now: datetime, to: str = BOB) -> int:
    """How many of so many mails were added."""
    with time_machine.travel(now, tick=False):
        before = OutgoingMail.objects.count()
        for number in range(count):
            outbox.enqueue_from_outside(
                to=to, words=WORDS, dedupe_key=f"{cause}:{to}:{now}:{number}", now=now, cause=cause
            )
        return OutgoingMail.objects.count() - before


def sweep(now: datetime) -> int:
    """Send what is due; returns how many went out."""
    before = len(mail.outbox)
    for pk in outbox.due_mails(now).order_by("not_before").values_list("pk", flat=True):
        outbox.deliver_mail_row(pk, now=now)
    return len(mail.outbox) - before


def test_twenty_mails_go_within_an_hour_and_the_others_wait() -> None:
    add_news(50)
    assert sweep(NOON) == 20
    assert sweep(NOON + timedelta(minutes=59)) == 0
    assert sweep(NOON + timedelta(hours=1)) == 20
    assert sweep(NOON + timedelta(hours=2)) == 10


def test_within_no_hour_of_an_afternoon_the_limit_is_passed() -> None:
    for round_ in range(24):
        now = NOON + timedelta(minutes=10 * round_)
        add_news(4, now=now)
        sweep(now)
    times = [row.sent_at for row in OutgoingMail.objects.exclude(sent_at=None)]
    assert len(times) >= 70
    for begin in times:
        assert begin is not None
        assert sum(begin <= time < begin + timedelta(hours=1) for time in times if time) <= 20


def test_a_recipient_at_the_limit_does_not_hold_back_another() -> None:
    add_news(30)
    add_news(5, to="carol@example.org")
    assert sweep(NOON) == 25


def test_a_mail_that_waits_costs_no_attempt_and_keeps_its_words() -> None:
    add_news(21)
    sweep(NOON)
    row = OutgoingMail.objects.get(sent_at=None)
    assert (row.attempts, row.lease_until, row.last_error) == (0, None, "")
    assert row.body is not None


def test_mails_that_are_being_sent_count() -> None:
    add_news(21)
    first, *others = OutgoingMail.objects.values_list("pk", flat=True)
    for pk in others:
        assert outbox.claim_mail(pk, now=NOON)
    assert not outbox.deliver_mail_row(first, now=NOON)
    assert OutgoingMail.objects.get(pk=first).not_before > NOON


@pytest.mark.parametrize("cause", [MailCause.STRANGER, MailCause.INVITATION])
def test_others_cause_three_mails_an_hour_and_ten_a_day(cause: MailCause) -> None:
    each = timedelta(hours=1, seconds=2)
    hours = [add_from_outside(6, cause, NOON + each * number) for number in range(23)]
    assert hours == [3, 3, 3, 1, *[0] * 19]
    assert add_from_outside(6, cause, NOON + timedelta(days=1, seconds=2)) == 3


def test_no_cause_holds_another_back() -> None:
    add_news(30)
    assert add_from_outside(9, MailCause.STRANGER, NOON) == 3
    assert add_from_outside(9, MailCause.INVITATION, NOON) == 3
    assert sweep(NOON) == 20 + 3 + 3
    add_news(30, to="carol@example.org")
    assert add_from_outside(9, MailCause.STRANGER, NOON, to="carol@example.org") == 3
    assert sweep(NOON) == 20 + 3


@pytest.mark.parametrize(
    "other",
    [
        "BOB@example.org",
        "bob+1@example.org",
        "bob+news@EXAMPLE.org",
        " bob@example.org",
        "bob@example.org.",
        "bob@\uff45xample.org",
        "bob@exam\u00adple.org",
        "bob@example\u3002org",
    ],
)
def test_another_spelling_is_the_same_mailbox(other: str) -> None:
    assert add_from_outside(3, MailCause.STRANGER, NOON) == 3
    assert add_from_outside(3, MailCause.STRANGER, NOON, to=other) == 0


def test_another_mailbox_is_another() -> None:
    assert recipient_of("+bob@example.org") == "+bob@example.org"
    assert len({recipient_of(f"{name}@example.org") for name in ("bob", "rob", "b.ob")}) == 3
