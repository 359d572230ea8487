"""After a restore nothing is checked and no mail leaves, until an administrator continues."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core import mail as sent_mails
from django.utils import timezone

from common import outbox, restore_pause
from common.outbox import Words
from credentials_app import tasks
from credentials_app.checks import check as checking
from credentials_app.checks import leases
from credentials_app.models import Credential
from credentials_app.monitoring import heartbeat
from credentials_app.monitoring.heartbeat import LastSeen
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 3, 10, 12, tzinfo=UTC)
BANNER = "Lockkeeper was restored from a backup"


@pytest.fixture
def paused() -> Iterator[None]:
    restore_pause.begin_pause(restored_at=timezone.now(), made_at=MADE)
    yield
    LastSeen.forget()


def outcome(row: Credential) -> str:
    with scenes.registry_says(Outcome.VALID):
        checking.check_one(Credential, row.pk)
    row.refresh_from_db()
    return row.last_outcome


def test_nothing_is_checked_in_the_pause(paused: None) -> None:
    asked = scenes.stored()
    due = scenes.due("due")
    assert leases.claim(Credential, [asked.pk, due.pk]) == []
    assert leases.claim_asked(Credential, asked.pk) == []
    assert outcome(asked) == ""
    assert restore_pause.end_pause()
    assert [row.pk for row in leases.claim(Credential, [due.pk])] == [due.pk]
    assert outcome(asked) == Outcome.VALID


def test_a_sweep_enqueues_nothing_in_the_pause_and_lives(
    paused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.stored()
    enqueued: list[str] = []
    monkeypatch.setattr(tasks.check_credential, "delay", enqueued.append)
    tasks.sweep_due_checks()
    assert enqueued == []
    assert heartbeat.CheckerWatch.objects.get().swept_at is not None
    restore_pause.end_pause()
    tasks.sweep_due_checks()
    assert len(enqueued) == 1


def test_no_mail_leaves_in_the_pause(paused: None) -> None:
    now = timezone.now()
    row = outbox.enqueue(to="bob@example.org", words=Words("a", "b"), dedupe_key="1", now=now)
    assert not outbox.due_mails(now).exists()
    assert not outbox.deliver_mail_row(row.pk, now=now)
    assert sent_mails.outbox == []
    restore_pause.end_pause()
    assert outbox.deliver_mail_row(row.pk, now=now)
    assert len(sent_mails.outbox) == 1


def test_everybody_reads_it_and_an_administrator_continues(paused: None) -> None:
    heartbeat.watch_once()
    administrator = cast.client_for(cast.administrator())
    for client in (cast.client_for(cast.bob()), administrator):
        text = client.get("/account/").content.decode()
        assert BANNER in text
        assert ("/admin/restored/" in text) is (client is administrator)
    page = administrator.get("/admin/restored/").content.decode()
    assert "Continue with checks and mails" in page
    assert cast.client_for(cast.auditor()).post("/admin/restored/").status_code == 403
    assert restore_pause.current_pause() is not None
    assert administrator.post("/admin/restored/").status_code == 302
    assert restore_pause.current_pause() is None
    event = AuditEvent.objects.get(action="instance:backup:continue")
    assert event.actor_id == cast.administrator().pk
    assert BANNER not in administrator.get("/account/").content.decode()
    assert "Nothing is paused" in administrator.get("/admin/restored/").content.decode()
    administrator.post("/admin/restored/")
    assert AuditEvent.objects.filter(action="instance:backup:continue").count() == 1


def test_a_stranger_reads_no_banner(paused: None) -> None:
    heartbeat.watch_once()
    assert BANNER not in cast.client_for().get("/account/login/").content.decode()


def test_without_a_copy_the_page_says_who_makes_them(settings: LazySettings) -> None:
    browser = cast.client_for(cast.administrator())
    for embedded, words in (
        (True, "There is no daily copy yet: Lockkeeper makes one every day"),
        (False, "Lockkeeper makes no daily copies here"),
    ):
        settings.LOCKKEEPER_EMBEDDED = embedded
        assert words in browser.get("/admin/restored/").content.decode()
