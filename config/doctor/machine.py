"""Examines the database, the clocks and the disk."""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config.doctor.finding import Finding, fine, problem, warning
from workspaces.models import AuditEvent

SMALL_GAP, LARGE_GAP = timedelta(seconds=2), timedelta(seconds=30)
LITTLE, VERY_LITTLE = 1 << 30, 200 << 20
MIB = 1 << 20


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
