"""The doctor finds each fault, says what to do, and shows no secret."""

import json
import os
import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from common import reseal, restore_pause, seal_check
from common.crypto import get_key_ring
from common.models import OutgoingMail
from config import env
from config.backup import backup
from config.doctor import examination, machine, page, processes
from config.doctor.finding import Finding, Severity
from credentials_app.models import CheckerWatch, Credential, ServerRule
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import token_for
from tests.common.test_crypto import ONE, TWO
from tests.credentials_app import everything_sealed, scenes
from tests.servers.tls import certificate
from tests.workspaces.test_audit_chain import without_rules
from workspaces import audit
from workspaces.models import ApiToken, AuditEvent

pytestmark = pytest.mark.django_db
OK, WARNING, PROBLEM = Severity.OK, Severity.WARNING, Severity.PROBLEM


def found(name: str, *, thorough: bool = True) -> Finding:
    return examination.examined(examination.EXAMINATIONS[name], thorough=thorough)


def run(*options: str) -> tuple[int, str]:
    said = StringIO()
    try:
        call_command("doctor", *options, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


@pytest.fixture(autouse=True)
def _sealed() -> None:
    everything_sealed.fill()
    seal_check.write_seal_checks(get_key_ring())
    if connection.vendor == "sqlite":  # every process of ours makes its files for the owner only
        Path(str(connection.settings_dict["NAME"])).chmod(0o600)


def rotate(settings: LazySettings) -> None:
    settings.LOCKKEEPER_KEYS = f"{TWO},{settings.LOCKKEEPER_KEYS}"


def test_each_examination_has_a_name_on_the_page() -> None:
    assert examination.EXAMINATIONS.keys() == page.NAMES.keys()


@pytest.mark.parametrize(
    "name", ["keys", "seals", "pins", "clock", "database", "audit log", "certificates"]
)
def test_a_sound_instance_is_fine(name: str) -> None:
    assert found(name).severity == OK, found(name).sentence
    assert found(name, thorough=False).severity == OK


def test_a_changed_event_and_a_forged_end_of_the_audit_log_are_problems() -> None:
    newest = AuditEvent.objects.filter(workspace_id__isnull=False).latest("seq")
    with without_rules():
        AuditEvent.objects.filter(pk=newest.pk).update(target_label="made up")
    assert found("audit log", thorough=False).severity == OK, "it reads no event, only the ends"
    assert found("audit log").severity == PROBLEM
    with without_rules():
        newest.delete()
    for thorough in (True, False):
        assert found("audit log", thorough=thorough).severity == PROBLEM
    assert "1 chains" in found("audit log", thorough=False).sentence


def test_the_chain_of_the_instance_has_its_end_examined_too() -> None:
    audit.record("test:thing:make", actor="command")
    assert found("audit log", thorough=False).severity == OK
    with without_rules():
        AuditEvent.objects.filter(workspace_id=None).latest("seq").delete()
    assert found("audit log", thorough=False).severity == PROBLEM


def test_an_older_key_is_a_warning_until_it_is_taken_away(settings: LazySettings) -> None:
    rotate(settings)
    assert (found("keys").severity, found("keys").advice) == (WARNING, "Run manage.py reseal.")
    reseal.reseal_all(get_key_ring(), on_progress=lambda _: None)
    assert found("keys").severity == WARNING
    assert "is not needed" in found("keys").sentence
    settings.LOCKKEEPER_KEYS = TWO
    seal_check.write_seal_checks(get_key_ring())
    assert found("keys").severity == OK


def test_a_wrong_key_is_a_problem_with_both_names(settings: LazySettings) -> None:
    former = get_key_ring().names[0]
    settings.LOCKKEEPER_KEYS = ONE if former != get_key_ring().names[0] else TWO
    finding = found("keys")
    assert finding.severity == PROBLEM
    assert former in finding.sentence
    assert get_key_ring().names[0] in finding.sentence
    assert found("seals").severity == PROBLEM
    assert found("seals", thorough=False).severity == PROBLEM


def test_with_a_wrong_key_nobody_is_told_to_enter_secrets_again(settings: LazySettings) -> None:
    former = get_key_ring().names[0]
    settings.LOCKKEEPER_KEYS = ONE if former != get_key_ring().names[0] else TWO
    assert found("seals").advice.startswith("Their key is not given")


def test_a_key_that_cannot_be_read_is_named_and_no_bug(settings: LazySettings) -> None:
    settings.LOCKKEEPER_KEYS = "made-up words that are no key!"
    finding = found("keys")
    assert finding.severity == PROBLEM
    assert finding.sentence.startswith("LOCKKEEPER_KEYS cannot be used. A key ")


def test_a_value_that_was_moved_is_found_and_named_by_its_column() -> None:
    one, other = OutgoingMail.objects.exclude(body__isnull=True).order_by("created_at")[:2]
    OutgoingMail.objects.filter(pk=one.pk).update(body=other.body)
    assert found("seals").severity == PROBLEM
    assert "1 of common_outgoingmail.body" in found("seals").sentence


def test_every_value_is_opened_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.doctor.keys.SAMPLE", 1)
    last = OutgoingMail.objects.exclude(body__isnull=True).order_by("pk").last()
    first = OutgoingMail.objects.exclude(body__isnull=True).order_by("pk").first()
    assert last is not None
    assert first is not None
    OutgoingMail.objects.filter(pk=last.pk).update(body=first.body)
    assert found("seals").severity == OK, "not in the sample"
    status, said = run("--all-seals", "--json")
    seals = next(each for each in json.loads(said)["findings"] if each["name"] == "seals")
    assert (status, seals["severity"]) == (2, "problem")


def test_a_row_that_its_seal_contradicts_is_found() -> None:
    Credential.objects.filter(pk=Credential.objects.first().pk).update(username="somebody-else")  # type: ignore[union-attr]
    assert found("pins").severity == PROBLEM
    assert "1 have columns" in found("pins").sentence


def test_a_mismatch_that_a_check_found_is_a_problem() -> None:
    Credential.objects.update(last_outcome=Outcome.SEALED_MISMATCH)
    assert found("pins", thorough=False).severity == PROBLEM


def test_an_event_in_the_future_shows_a_wrong_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    assert AuditEvent.objects.exists()
    monkeypatch.setattr(machine.timezone, "now", lambda: now - timedelta(hours=1))
    finding = found("clock")
    assert finding.severity == PROBLEM
    assert "3600 s" in finding.sentence or "3599 s" in finding.sentence


def test_a_database_that_is_away_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("made-up-password-1 in the text of the driver")

    finding = examination.examined(gone)  # type: ignore[arg-type]
    assert finding.severity == PROBLEM
    assert "made-up-password-1" not in finding.sentence + finding.advice


def test_an_examination_that_breaks_is_a_finding_without_the_text_of_the_error() -> None:
    def broken(*_: Any, **__: Any) -> Finding:
        raise ValueError("made-up-password-1")

    finding = examination.examined(broken)
    assert finding.severity == PROBLEM
    assert "ValueError" in finding.sentence
    assert "made-up" not in finding.sentence + finding.advice


def test_a_missing_migration_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.MigrationExecutor, "migration_plan", lambda *_: [1, 2])
    assert found("database").sentence == "2 migrations are not applied."


@pytest.mark.embedded
def test_a_database_that_others_can_read_is_a_problem() -> None:
    Path(str(connection.settings_dict["NAME"])).chmod(0o644)
    assert found("database").severity == PROBLEM


Usage = namedtuple("Usage", "total used free")  # as shutil gives it


@pytest.mark.parametrize(
    ("free", "severity"), [(1 << 40, OK), (1 << 29, WARNING), (1 << 20, PROBLEM)]
)
def test_a_full_disk_is_found(
    free: int, severity: Severity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 41, 0, free))
    assert found("disk").severity == severity


def test_a_file_that_others_can_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sealing_keys"
    file.write_text("made-up")
    file.chmod(0o600)
    monkeypatch.setitem(env.secret_files, "LOCKKEEPER_KEYS_FILE", file)
    assert found("key files").severity == OK
    file.chmod(0o640)
    assert f"run chmod 600 {file}" in found("key files").sentence


def test_a_queue_that_is_away_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        processes.app.conf, "broker_url", "redis://:made-up-password-1@127.0.0.1:1/0"
    )
    monkeypatch.setattr(processes.app.conf, "broker_read_url", "redis://127.0.0.1:1/0")
    finding = found("queue")
    assert finding.severity == PROBLEM
    assert "made-up" not in finding.sentence + finding.advice


def test_workers_are_well_while_sweeps_are_done_and_watched() -> None:
    assert found("workers").severity == PROBLEM
    now = timezone.now()
    row = CheckerWatch.objects.create(pk=1, swept_at=now)
    assert found("workers").severity == WARNING, "nobody watches"
    CheckerWatch.objects.filter(pk=row.pk).update(watched_since=now, watched_until=now)
    assert found("workers").severity == OK
    CheckerWatch.objects.filter(pk=row.pk).update(swept_at=now - timedelta(minutes=6))
    assert found("workers").severity == PROBLEM
    CheckerWatch.objects.filter(pk=row.pk).update(swept_at=now, stopped_since=now)
    assert "Nothing is checked since" in found("workers").sentence


def test_before_the_first_sweep_of_a_new_instance_nothing_is_wrong_yet() -> None:
    now = timezone.now()
    row = CheckerWatch.objects.create(pk=1, watched_since=now, watched_until=now)
    assert "the first sweep is on its way" in found("workers").sentence
    assert found("workers").severity == OK
    CheckerWatch.objects.filter(pk=row.pk).update(watched_since=now - timedelta(minutes=6))
    assert found("workers").severity == PROBLEM


def test_mail_is_examined(settings: LazySettings, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path
    assert found("mail").severity == WARNING
    settings.MAIL_FOLDER = None
    assert found("mail").severity == OK
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert found("mail").severity == PROBLEM
    OutgoingMail.objects.update(failed_at=timezone.now())
    assert found("mail").severity == WARNING


def test_a_mail_server_that_is_away_is_a_problem(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_HOST_PASSWORD = "made-up-password-1"
    finding = found("mail")
    assert finding.severity == PROBLEM
    assert "127.0.0.1:1" in finding.sentence
    assert "made-up" not in finding.sentence + finding.advice
    assert found("mail", thorough=False).severity == OK, "a page does not wait for it"


def test_the_daily_copy_of_the_embedded_mode_is_examined(
    settings: LazySettings, tmp_path: Path
) -> None:
    assert found("copies").severity == OK, "a team makes its own"
    settings.LOCKKEEPER_EMBEDDED, settings.LOCKKEEPER_DATA = True, tmp_path
    assert found("copies").severity == OK, "none is due on the first day"
    now = timezone.now()
    file = backup.new_file(backup.DAILY, now)
    file.parent.mkdir()
    file.write_bytes(b"made up")
    assert file.name in found("copies").sentence
    two_days_ago = (now - timedelta(days=2)).timestamp()
    os.utime(file, (two_days_ago, two_days_ago))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine.timezone, "now", lambda: now + timedelta(days=2))
        assert found("copies").severity == WARNING


def test_a_pause_after_a_restore_is_a_warning() -> None:
    restore_pause.begin_pause(restored_at=timezone.now(), made_at=timezone.now())
    assert found("copies").severity == WARNING
    assert "restore --continue" in found("copies").advice


def test_api_tokens_that_nobody_uses_are_a_warning() -> None:
    assert found("api tokens").severity == OK
    token_for(cast.alice(), cast.workspace())
    assert found("api tokens").severity == OK, "a new one may wait"
    long_ago = timezone.now() - timedelta(days=61)
    ApiToken.objects.update(created_at=long_ago)
    assert found("api tokens").severity == WARNING
    restore_pause.begin_pause(restored_at=timezone.now(), made_at=timezone.now())
    assert "wait until the pause" in found("api tokens").sentence


def test_the_proxy_is_examined(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("proxy").severity == OK
    settings.TRUSTED_PROXY_COUNT = 1
    assert found("proxy").severity == WARNING, "without https"
    monkeypatch.setattr("config.doctor.surroundings.HTTPS", True)
    monkeypatch.setattr("config.doctor.surroundings.LOOPBACK", False)
    assert found("proxy").severity == OK
    settings.TRUSTED_PROXY_COUNT = 0
    assert found("proxy").severity == WARNING


def test_an_authority_that_ends_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "r.example.org").authority_pem
    ServerRule.objects.create(
        workspace=cast.workspace(),
        origin="https://r.example.org",
        ca_pem=pem,
        changed_at=timezone.now(),
    )
    real = timezone.now()
    for days, severity in ((0, OK), (365 * 1100, PROBLEM)):
        now = real + timedelta(days=days)
        monkeypatch.setattr("config.doctor.surroundings.timezone.now", lambda now=now: now)
        assert found("certificates").severity == severity, days
    assert "https://r.example.org" in found("certificates").sentence


def test_a_certificate_file_that_is_missing_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/made/up.pem")
    assert found("certificates").severity == PROBLEM


def test_a_fault_of_the_settings_is_a_problem(settings: LazySettings) -> None:
    settings.LOCKKEEPER_SIGN_UP = "perhaps"
    assert "LOCKKEEPER_SIGN_UP must be open or closed." in found("settings").sentence
    settings.LOCKKEEPER_SIGN_UP = "closed"
    settings.ALLOW_MISSING_KEYS = True
    assert found("settings").severity == WARNING


def test_the_command_prints_one_line_for_each_part_and_the_worst_is_its_status() -> None:
    status, said = run("--stopped")
    lines = said.splitlines()
    assert len(lines) == len(examination.EXAMINATIONS) - 2, said
    assert status == max({"ok": 0, "warning": 1, "PROBLEM": 2}[line.split()[0]] for line in lines)
    status, said = run("--json")
    assert json.loads(said)["status"] == status == 2, "no worker runs in a test"
    assert [each["name"] for each in json.loads(said)["findings"]] == [*examination.EXAMINATIONS]


def test_the_command_shows_no_secret(settings: LazySettings) -> None:
    said = run()[1] + run("--json")[1]
    for secret in (scenes.PASSWORD, everything_sealed.SECOND, everything_sealed.BODY):
        assert secret not in said
    assert settings.LOCKKEEPER_KEYS not in said
    assert os.environ["SECRET_KEY"] not in said


def test_the_page_is_for_administrators_and_opens_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("config.doctor.keys.opened", lambda *row: opened.append(row))
    monkeypatch.setattr("credentials_app.secrets.open_sealed", lambda *row: opened.append(row))
    answer = cast.client_for(cast.administrator()).get("/admin/doctor/")
    assert answer.status_code == 200
    text = answer.content.decode()
    for name in page.NAMES.values():
        assert str(name) in text
    assert "Start worker and beat" in text
    assert opened == []
    assert cast.client_for(cast.auditor()).get("/admin/doctor/").status_code == 403
    assert cast.client_for(cast.bob()).get("/admin/doctor/").status_code == 404
