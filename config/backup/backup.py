"""Makes a backup of all rows, without the keys."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

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
from workspaces.audit_heads import OF_THE_INSTANCE

ENDING = ".backup"
DAILY, BEFORE_MIGRATION = "daily", "before-migration"
KEPT_FOR = timedelta(days=7)
KEPT_BEFORE_MIGRATIONS = 3
A_DAY = timedelta(hours=23)
AUDIT, HEADS = "workspaces_auditevent", "workspaces_audithead"
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
        manifest = write_to(stream, recipient=recipient, folder=file.parent)
    unfinished.rename(file)
    return manifest


def write_to_stdout(*, recipient: str = "") -> Manifest:
    """Write a backup to standard output. The copy that SQLite needs is beside the database."""
    folder = Path(str(connection.settings_dict["NAME"])).parent
    manifest = write_to(sys.stdout.buffer, recipient=recipient, folder=folder)
    sys.stdout.buffer.flush()
    return manifest


def write_to(stream: BinaryIO, *, recipient: str = "", folder: Path) -> Manifest:
    """Write a backup to this stream, part by part. ``folder``: for the copy that SQLite needs."""
    made_at = timezone.now()
    with encrypted(stream, recipient) as target:
        if connection.vendor == "sqlite":
            return _write_sqlite(target, folder, made_at)
        with content.one_state(), connection.cursor() as cursor:
            tables = content.columns_of_tables()
            with _writing(target, tables, log_heads(cursor), made_at) as (archive, manifest):
                content.write_tables(archive, tables)
        return manifest


def _write_sqlite(target: BinaryIO, folder: Path, made_at: datetime) -> Manifest:
    with content.copy_of_sqlite(folder) as copy:
        with closing(sqlite3.connect(copy)) as opened, closing(opened.cursor()) as cursor:
            heads = log_heads(cursor)
        with _writing(target, {}, heads, made_at) as (archive, manifest):
            archive.add(content.SQLITE_PART, content.chunks_of(copy))
    return manifest


@contextmanager
def _writing(
    target: BinaryIO, tables: dict[str, list[str]], heads: dict[str, str], made_at: datetime
) -> Iterator[tuple[ArchiveWriter, Manifest]]:
    ring = get_key_ring()
    manifest = Manifest(
        version=VERSION,
        made_at=made_at.isoformat(timespec="seconds"),
        database=connection.vendor,
        migrations=applied_migrations(),
        keys=sorted({*names_in_use(), ring.names[0]}),
        audit=heads,
        tables={name: columns for name, columns in tables.items() if name not in content.LEFT_OUT},
    )
    with writing(target, manifest, ring) as archive:
        yield archive, manifest


def applied_migrations() -> list[str]:
    """App and name of each migration that the database has."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def log_heads(cursor: Any) -> dict[str, str]:
    """The newest event and the heads of the audit log in short; empty before the first migration.

    Without the part of the heads for a log of a release that had none.
    """
    tables = {*connection.introspection.table_names()}
    if AUDIT not in tables:
        return {}
    cursor.execute(f"SELECT seq, id FROM {AUDIT} ORDER BY seq DESC LIMIT 1")  # noqa: S608
    newest = cursor.fetchone()
    found = {"seq": str(newest[0]), "id": UUID(str(newest[1])).hex} if newest else {}
    if HEADS in tables:
        cursor.execute(f"SELECT chain, number, hash, removed, removed_hash FROM {HEADS}")  # noqa: S608
        rows = sorted((UUID(str(chain)).hex, *values) for chain, *values in cursor.fetchall())
        written = "".join(f"{' '.join(map(str, row))}\n" for row in rows)
        found["heads"] = sha256(written.encode()).hexdigest()
        instance = next((row for row in rows if row[0] == OF_THE_INSTANCE.hex), None)
        found |= {"number": str(instance[1]), "hash": str(instance[2])} if instance else {}
    return found


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
    _delete_unfinished(now)
    file = new_file(DAILY, now)
    write_backup(file)
    for old in copies(DAILY):
        if _age(old, now) > KEPT_FOR:
            old.unlink(missing_ok=True)
    return file


def _age(file: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(file.stat().st_mtime, tz=now.tzinfo)


def _delete_unfinished(now: datetime) -> None:
    """Delete what a copy has left behind whose process was killed."""
    for left in backup_folder().glob(".*"):
        if _age(left, now) > A_DAY:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
