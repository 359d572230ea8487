"""Examines the database, the audit log, the clocks and the disk."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from common import restore_pause
from config.backup import backup
from config.doctor.finding import Finding, fine, problem, warning
from workspaces import audit_heads
from workspaces.models import AuditEvent

SMALL_GAP, LARGE_GAP = timedelta(seconds=2), timedelta(seconds=30)
OLDEST_COPY = timedelta(hours=36)
LITTLE, VERY_LITTLE = 1 << 30, 200 << 20
MIB = 1 << 20
NAME_EVENTS = (
    "Run manage.py audit_verify, which names each event, and find out who wrote to the rows."
)


def examine_database(*, thorough: bool) -> Finding:
    """It answers, has every migration, and its file is whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return problem(f"{missing} migrations are not applied.", "Run manage.py migrate.")
    name = connection.display_name
    if connection.vendor != "sqlite":
        version = ".".join(map(str, connection.get_database_version()))
        return fine(f"{name} {version} answers; no migration is missing.")
    file = Path(str(settings.DATABASES["default"]["NAME"]))
    if file.exists() and file.stat().st_mode & 0o077:
        return problem(f"Others can read {file}.", f"Run chmod 600 {file}.")
    if thorough and _quick_check() != "ok":
        return problem("SQLite says that its file is damaged.", "Bring a backup back.")
    return fine(f"{name} answers; no migration is missing.")


def _quick_check() -> str:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        return str(cursor.fetchone()[0])


def examine_audit_log(*, thorough: bool) -> Finding:
    """Each chain ends where its head says; if ``thorough``, every event is what was written."""
    if not thorough:
        if astray := len(audit_heads.heads_astray()):
            return problem(f"The end of {astray} chains of the audit log is forged.", NAME_EVENTS)
        return fine("Each chain of the audit log ends with the event that its head names.")
    count, findings = audit_heads.verify_log({})
    if findings:
        return problem(f"The audit log is not whole: {len(findings)} findings.", NAME_EVENTS)
    return fine(f"The audit log is whole: {count} events.")


def examine_clock(*, thorough: bool) -> Finding:
    """The clocks of database and machine agree, and none has been set back."""
    gap = timedelta(0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            gap = abs(cursor.fetchone()[0] - timezone.now())
    last = AuditEvent.objects.order_by("-seq").values_list("at", flat=True).first()
    ahead = last - timezone.now() if last else timedelta(0)
    advice = "Let both machines take their time from the network (NTP)."
    if gap > LARGE_GAP:
        return problem(f"The clock of the database is {_seconds(gap)} away from ours.", advice)
    if ahead > LARGE_GAP:
        return problem(
            f"The newest audit event is {_seconds(ahead)} in the future: a clock was wrong, or is.",
            advice,
        )
    if gap > SMALL_GAP:
        return warning(f"The clock of the database is {_seconds(gap)} away from ours.", advice)
    return fine(f"Database and machine agree on the time within {_seconds(max(gap, SMALL_GAP))}.")


def examine_copies(*, thorough: bool) -> Finding:
    """No restore waits to be continued, and the embedded mode has made its daily copy."""
    if pause := restore_pause.current_pause():
        return warning(
            f"A backup of {pause.made_at:%Y-%m-%d %H:%M} UTC was restored; checks and mails pause.",
            "Continue at Admin audit > Restored, or run manage.py restore --continue.",
        )
    if not settings.LOCKKEEPER_EMBEDDED:
        return fine("Checks and mails are not paused. Whoever runs this makes the backups.")
    first = AuditEvent.objects.order_by("seq").values_list("at", flat=True).first()
    limit = timezone.now() - OLDEST_COPY
    newest = backup.copies(backup.DAILY)[:1]
    fresh = newest and newest[0].stat().st_mtime > limit.timestamp()
    if not fresh and first is not None and first < limit:
        return warning(
            f"No daily copy of the last {OLDEST_COPY.total_seconds() / 3600:.0f} hours is in "
            f"{backup.backup_folder()}.",
            "See whether worker and beat run, and whether the disk has room; run manage.py backup.",
        )
    return fine(f"The newest daily copy is {newest[0].name if newest else 'not due yet'}.")


def _seconds(gap: timedelta) -> str:
    return f"{gap.total_seconds():.0f} s"


def examine_disk(*, thorough: bool) -> Finding:
    """The data folder, or the folder of the code, has room."""
    folder = settings.LOCKKEEPER_DATA if settings.LOCKKEEPER_DATA.exists() else settings.BASE_DIR
    usage = shutil.disk_usage(folder)
    sentence = f"{usage.free // MIB:,} MiB of {usage.total // MIB:,} MiB are free at {folder}."
    advice = "Delete what is not needed, or give the disk more room."
    if usage.free < VERY_LITTLE:
        return problem(sentence, advice)
    if usage.free < LITTLE:
        return warning(sentence, advice)
    return fine(sentence)
