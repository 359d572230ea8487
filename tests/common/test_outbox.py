"""The outbox: nothing is lost, nothing is sent twice, and no foreign word is kept."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from common import outbox
from common.fields import seal_into
from common.models import OutgoingMail
from common.outbox import Words
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = Words(subject="Hello", text="Plain words", html="<p>Rich words</p>")


def waiting(key: str = "greeting:1", words: Words = WORDS) -> OutgoingMail:
    return outbox.enqueue(to="bob@example.org", words=words, dedupe_key=key, now=NOON)


@pytest.fixture
def server(mailbox: Mailbox, settings: Any) -> Mailbox:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mailbox.host, mailbox.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return mailbox


@pytest.mark.django_db
class TestDelivery:
    def test_a_mail_goes_out_as_text_and_html_with_its_own_id(self, server: Mailbox) -> None:
        row = waiting()
        assert outbox.deliver_mail_row(row.pk, now=NOON)
        letter = server.wait_for(1)[0]
        assert (letter["To"], letter["Subject"]) == ("bob@example.org", "Hello")
        assert letter["Message-ID"] == f"<{row.pk}@localhost>"
        parts = {part.get_content_type(): str(part.get_content()) for part in letter.iter_parts()}
        assert "Plain words" in parts["text/plain"]
        assert "Rich words" in parts["text/html"]

    def test_what_was_sent_is_not_sent_again_and_its_words_are_gone(self, server: Mailbox) -> None:
        row = waiting()
        assert outbox.deliver_mail_row(row.pk, now=NOON)
        assert not outbox.deliver_mail_row(row.pk, now=NOON + timedelta(days=1))
        row.refresh_from_db()
        assert (row.sent_at, row.body) == (NOON, None)
        assert len(server.mails) == 1

    def test_one_key_is_one_mail(self) -> None:
        first, second = waiting(), waiting()
        assert first.pk == second.pk
        assert OutgoingMail.objects.count() == 1

    def test_a_change_that_is_undone_leaves_no_mail(self) -> None:
        with transaction.atomic():
            waiting()
            transaction.set_rollback(True)
        assert not OutgoingMail.objects.exists()

    def test_waiting_words_are_sealed(self) -> None:
        waiting(words=Words("Reset", "the link http://localhost:8000/made-up-link"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM common_outgoingmail")
            assert "made-up-link" not in repr(cursor.fetchall())

    def test_a_line_break_in_a_subject_adds_no_header(self, server: Mailbox) -> None:
        row = waiting(words=Words("Hello\r\nBcc: mallory@example.org", "words"))
        outbox.deliver_mail_row(row.pk, now=NOON)
        letter = server.wait_for(1)[0]
        assert letter["Bcc"] is None
        assert letter["Subject"] == "Hello Bcc: mallory@example.org"

    def test_headers_of_a_mail_go_out_with_it_and_wait_sealed(self, server: Mailbox) -> None:
        link = f"<http://localhost:8000/unsubscribe/{'made-up-token-' * 12}/>"
        said = replace(WORDS, headers={"List-Unsubscribe": link, "Message-ID": "<ours@stays>"})
        row = waiting(words=said)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM common_outgoingmail")
            assert "made-up-token" not in repr(cursor.fetchall())
        assert outbox.deliver_mail_row(row.pk, now=NOON)
        letter = server.wait_for(1)[0]
        assert letter["List-Unsubscribe"].strip() == link  # a long line is folded
        assert letter.get_all("Message-ID") == [f"<{row.pk}@localhost>"]

    def test_a_header_that_would_be_two_is_never_sent(self, server: Mailbox) -> None:
        row = waiting(words=replace(WORDS, headers={"X-Made-Up": "one\r\nBcc: m@example.org"}))
        assert not outbox.deliver_mail_row(row.pk, now=NOON)
        assert server.mails == []

    def test_a_mail_that_waited_through_an_upgrade_is_sent(self, server: Mailbox) -> None:
        row = waiting()
        seal_into(row, "body", json.dumps(["Plain words", "<p>Rich words</p>"]))
        row.save(update_fields=["body"])
        assert outbox.deliver_mail_row(row.pk, now=NOON)
        assert len(server.wait_for(1)) == 1

    def test_a_claimed_mail_is_left_alone_until_its_lease_ends(self, server: Mailbox) -> None:
        row = waiting()
        assert outbox.claim_mail(row.pk, now=NOON)
        assert not outbox.deliver_mail_row(row.pk, now=NOON + timedelta(minutes=4))
        assert outbox.deliver_mail_row(row.pk, now=NOON + timedelta(minutes=5))
        assert len(server.wait_for(1)) == 1


@pytest.mark.django_db
class TestTrouble:
    def test_a_mail_server_that_is_away_is_asked_again_later(
        self, server: Mailbox, settings: Any
    ) -> None:
        settings.EMAIL_PORT = free_port()
        row = waiting()
        assert not outbox.deliver_mail_row(row.pk, now=NOON)
        row.refresh_from_db()
        assert row.last_error == "the mail server could not be reached"
        assert row.not_before == NOON + timedelta(minutes=1)
        assert not outbox.deliver_mail_row(row.pk, now=NOON + timedelta(seconds=59))
        settings.EMAIL_PORT = server.port
        assert outbox.deliver_mail_row(row.pk, now=NOON + timedelta(minutes=1))

    def test_pauses_double_up_to_six_hours_and_end_after_two_days(self, server: Mailbox) -> None:
        server.refuse = "451 Try later, made-up-foreign-text"
        row, now, pauses = waiting(), NOON, []
        for _ in range(30):
            outbox.deliver_mail_row(row.pk, now=now)
            row.refresh_from_db()
            if row.failed_at is not None:
                break
            pauses.append(row.not_before - now)
            now = row.not_before
        assert row.failed_at is not None
        minutes = [round(pause.total_seconds() / 60) for pause in pauses]
        assert minutes[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
        assert set(minutes[9:]) == {360}
        assert timedelta(hours=48) <= row.failed_at - NOON <= timedelta(hours=54)
        assert row.body is None

    def test_a_refusal_for_good_is_final(self, server: Mailbox) -> None:
        server.refuse = "554 Never, made-up-foreign-text"
        row = waiting()
        outbox.deliver_mail_row(row.pk, now=NOON)
        row.refresh_from_db()
        assert row.failed_at == NOON
        assert row.last_error == "the mail server refused the mail"
        assert not outbox.due_mails(NOON + timedelta(days=1)).exists()

    def test_foreign_text_is_not_kept(self, server: Mailbox) -> None:
        server.refuse = "451 made-up-foreign-text"
        row = waiting()
        outbox.deliver_mail_row(row.pk, now=NOON)
        assert "foreign" not in str(OutgoingMail.objects.filter(pk=row.pk).values())


@pytest.mark.django_db
def test_mails_are_forgotten_three_months_after_they_left_or_failed() -> None:
    long_ago, lately = NOON - timedelta(days=91), NOON - timedelta(days=89)
    for key, state in {
        "sent-long-ago": {"sent_at": long_ago},
        "failed-long-ago": {"failed_at": long_ago},
        "sent-lately": {"sent_at": lately},
        "failed-lately": {"failed_at": lately},
        "waiting-for-long": {"created_at": long_ago},
    }.items():
        OutgoingMail.objects.filter(pk=waiting(key).pk).update(**state)
    assert outbox.delete_old_mails(now=NOON) == 2
    left = set(OutgoingMail.objects.values_list("dedupe_key", flat=True))
    assert left == {"sent-lately", "failed-lately", "waiting-for-long"}


def _deliver(row: OutgoingMail, start: threading.Barrier) -> None:
    start.wait()
    outbox.deliver_mail_row(row.pk, now=NOON)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_to_send_it_one_does(server: Mailbox) -> None:
    row, start = waiting(), threading.Barrier(6)
    crew = [threading.Thread(target=_deliver, args=(row, start)) for _ in range(6)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(server.mails) == 1
    row.refresh_from_db()
    assert row.attempts == 1
