"""`manage.py reseal`: what it prints, and its exit status."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from common.crypto import get_key_ring
from common.models import OutgoingMail
from config.management.commands.reseal import _Progress
from tests.common.test_crypto import TWO
from tests.credentials_app import everything_sealed, scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


def run(*options: str) -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("reseal", *options, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


@pytest.fixture
def rotated(settings: LazySettings) -> tuple[str, str]:
    """Everything is sealed with the older of two keys; their names, the newest first."""
    everything_sealed.fill()
    settings.LOCKKEEPER_KEYS = f"{TWO},{settings.LOCKKEEPER_KEYS}"
    return get_key_ring().names[:2]  # type: ignore[return-value]


def test_the_check_says_what_is_left_and_changes_nothing(rotated: tuple[str, str]) -> None:
    new, old = rotated
    status, said = run("--check")
    assert status == 1
    assert f"credentials_app_credential.sealed: 2 with {old}" in said
    assert f"Not everything is sealed with the newest key {new}" in said
    assert run("--check")[1] == said


def test_after_it_the_check_says_that_the_old_key_can_go(rotated: tuple[str, str]) -> None:
    new, old = rotated
    status, said = run()
    assert status == 0, said
    assert "values to seal with key" in said
    status, said = run("--check")
    assert status == 0
    assert f"The newest key {new} has sealed everything.\nYou can take away {old}." in said
    event = AuditEvent.objects.get(action="instance:keys:reseal")
    assert event.details == {"count": event.details["count"], "new": new, "old": [old]}
    assert event.details["count"] > 10


def test_a_value_that_does_not_open_keeps_the_old_key(rotated: tuple[str, str]) -> None:
    one, other = OutgoingMail.objects.exclude(body__isnull=True).order_by("created_at")[:2]
    OutgoingMail.objects.filter(pk=one.pk).update(body=other.body)
    status, said = run()
    assert status == 1
    assert "common_outgoingmail.body: 1 values cannot be opened (changed, cut" in said
    assert AuditEvent.objects.get(action="instance:keys:reseal").outcome == "failed"


def test_no_secret_and_no_key_is_printed(rotated: tuple[str, str], settings: LazySettings) -> None:
    said = run("--check")[1] + run()[1]
    for secret in (scenes.PASSWORD, everything_sealed.SECOND, everything_sealed.BODY):
        assert secret not in said
    assert not any(key in said for key in settings.LOCKKEEPER_KEYS.split(","))


def test_an_empty_database_needs_nothing(db: None) -> None:
    status, said = run()
    assert status == 0
    assert "has sealed everything" in said


def test_the_progress_has_an_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("config.management.commands.reseal.time.monotonic", lambda: now[0])
    from config.management.commands.reseal import Command

    said = StringIO()
    progress = _Progress(Command(stdout=said), 1000)
    now[0] = 101.0
    progress.show(100)
    assert said.getvalue() == "", "at most every two seconds"
    now[0] = 110.0
    progress.show(250)
    assert said.getvalue() == "250 of 1000 (25 %), about 30 s left\n"
    now[0] = 700.0
    progress.show(500)
    assert said.getvalue().endswith("500 of 1000 (50 %), about 10 min left\n")
