"""Makes a backup of all rows, without the keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from common.crypto import get_key_ring
from common.sealed_places import names_in_use
from config import VERSION
from config.backup import content
from config.backup.archive import ArchiveWriter, BadBackup, Manifest, writing
from config.backup.encryption import encrypted

ENDING = ".backup"
DAILY, BEFORE_MIGRATION = "daily", "before-migration"
KEPT_FOR = timedelta(days=7)
KEPT_BEFORE_MIGRATIONS = 3
A_DAY = timedelta(hours=23)
AUDIT = "workspaces_auditevent"
STDOUT = "-"


def backup_folder() -> Path:
    """Where copies are kept that Lockkeeper makes by itself."""
    folder: Path = settings.LOCKKEEPER_DATA / "backups"
    return folder


def new_file(kind: str, now: datetime) -> Path:
    """The name of a new copy in the folder of copies."""
    return backup_folder() / f"{kind}-{now:%Y%m%d-%H%M%S}{ENDING}"


def write_backup(file: Path, *, recipient: str = "") -> Manifest:
    """Write a backup into a new file for its owner only, which appears when it is complete.

    ``recipient``: an age public key to encrypt to. Raises :class:`BadBackup`, or OSError.
    """
    if file.exists():
        raise BadBackup(f"{file} exists: name a new file.")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with content.private_file(unfinished) as stream:
        manifest = write_to(stream, recipient=recipient)
    unfinished.rename(file)
    return manifest


def write_to_stdout(*, recipient: str = "") -> Manifest:
    """Write a backup to standard output."""
    manifest = write_to(sys.stdout.buffer, recipient=recipient)
    sys.stdout.buffer.flush()
    return manifest


def write_to(stream: BinaryIO, *, recipient: str = "") -> Manifest:
    """Write a backup to this stream, part by part."""
    with encrypted(stream, recipient) as target:
        if connection.vendor == "sqlite":
            return _write_sqlite(target)
        with content.one_state():
            tables = content.columns_of_tables()
            with _writing(target, tables) as (archive, manifest):
                content.write_tables(archive, tables)
        return manifest


def _write_sqlite(target: BinaryIO) -> Manifest:
    folder = Path(str(connection.settings_dict["NAME"])).parent
    with content.copy_of_sqlite(folder) as copy, _writing(target, {}) as (archive, manifest):
        archive.add(content.SQLITE_PART, content.chunks_of(copy))
    return manifest


@contextmanager
def _writing(
    target: BinaryIO, tables: dict[str, list[str]]
) -> Iterator[tuple[ArchiveWriter, Manifest]]:
    ring = get_key_ring()
    manifest = Manifest(
        version=VERSION,
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=applied_migrations(),
        keys=sorted({*names_in_use(), ring.names[0]}),
        audit=newest_event(),
        tables={name: columns for name, columns in tables.items() if name not in content.LEFT_OUT},
    )
    with writing(target, manifest, ring) as archive:
        yield archive, manifest


def applied_migrations() -> list[str]:
    """App and name of each migration that the database has."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def newest_event() -> dict[str, str]:
    """Number and id of the newest audit event; empty before the first migration."""
    if AUDIT not in connection.introspection.table_names():
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, id FROM {AUDIT} ORDER BY seq DESC LIMIT 1")  # noqa: S608
        row = cursor.fetchone()
    return {"seq": str(row[0]), "id": str(row[1]).replace("-", "")} if row else {}


def write_before_migration(file: Path) -> bool:
    """Write a backup if a migration is due on a database with rows. False: none is due."""
    if not applied_migrations():
        return False
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    write_backup(file)
    for old in copies(BEFORE_MIGRATION)[KEPT_BEFORE_MIGRATIONS:]:
        old.unlink(missing_ok=True)
    return True


def copies(kind: str) -> list[Path]:
    """The copies of this kind, the newest first."""
    return sorted(backup_folder().glob(f"{kind}-*{ENDING}"), reverse=True)


def copy_if_due(now: datetime) -> Path | None:
    """Make a copy if the newest is a day old, and delete those that are older than seven days.

    None: there is one of today.
    """
    kept = copies(DAILY)
    if kept and _age(kept[0], now) < A_DAY:
        return None
    file = new_file(DAILY, now)
    write_backup(file)
    for old in copies(DAILY):
        if _age(old, now) > KEPT_FOR:
            old.unlink(missing_ok=True)
    return file


def _age(file: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(file.stat().st_mtime, tz=now.tzinfo)
