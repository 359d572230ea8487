"""Brings a backup back: everything is checked first, and replaced at one moment."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from common import restore_pause, seal_check
from common.crypto import get_key_ring
from config import VERSION
from config.backup import content
from config.backup.archive import BadBackup, Manifest, parts, verify
from config.backup.backup import applied_migrations, log_heads
from config.runtime.data_folder import CannotRun, DataFolder
from workspaces import audit
from workspaces.audit import Caller
from workspaces.audit_gaps import RESTORED, LogState, gaps_after, state_of_log
from workspaces.models import BrowserSession, User

OldLog = tuple[dict[str, str], LogState]
"""Of the log that is replaced: the newest event and the heads in short, and its state."""
STOP_FIRST = "Stop web, worker and beat first, and try again."
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def restore_backup(file: Path, *, say: Callable[[str], None]) -> Manifest:
    """Replace all rows by those of this backup. Raises :class:`BadBackup`; then nothing changed.

    Afterwards sessions are gone, and checks and mails are paused.
    """
    ring = get_key_ring()
    manifest = verify(file, ring)
    say(
        f"A backup of {manifest.made_at}, of version {manifest.version}, is whole; it needs key "
        f"{', '.join(manifest.keys)}, which is given."
    )
    if manifest.database != connection.vendor:
        raise BadBackup(
            f"This is a backup of {manifest.database}, and DATABASE_URL names {connection.vendor}: "
            "name a database of the same kind."
        )
    _refuse_newer(manifest)
    if connection.vendor == "sqlite":
        _restore_sqlite(file, manifest)
    else:
        _restore_postgresql(file, manifest)
    return manifest


@transaction.atomic
def continue_after_restore(*, actor: User | Literal["command"], caller: Caller) -> bool:
    """Let checks and mails go on. False: nothing was paused."""
    if not restore_pause.end_pause():
        return False
    audit.record("instance:backup:continue", actor=actor, caller=caller)
    return True


def _refuse_newer(manifest: Manifest) -> None:
    """Refuse a backup with migrations that this release does not know."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {
        f"{app}.{name}" for each in loader.disk_migrations.values() for app, name in each.replaces
    }
    if unknown := sorted({*manifest.migrations} - known):
        raise BadBackup(
            f"The backup was made by version {manifest.version}, which has {unknown[0]}; this "
            f"version {VERSION} does not know it. Install that version, and restore there."
        )


# SQLite: a new file is prepared beside the old one, and takes its place by one rename.


def _restore_sqlite(file: Path, manifest: Manifest) -> None:
    database = Path(str(connection.settings_dict["NAME"])).resolve()  # a link stays a link
    prepared = database.with_name(f".{database.name}.restoring")
    named = content.full_disk_named(database.parent)
    with _stopped(), _deleted_afterwards(prepared), named:
        for name, chunks in parts(file):
            if name == content.SQLITE_PART:
                content.write_private(prepared, chunks)
        old = _log_of_old()
        with _connected_to(prepared):
            _check_file()
            _check_heads(manifest)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            _check_seals()
            with transaction.atomic():
                _settle(manifest, old)
        keep_former(database)
        prepared.rename(database)


@contextmanager
def _stopped() -> Iterator[None]:
    """Hold the lock of the data folder, so that no embedded Lockkeeper runs."""
    if not settings.LOCKKEEPER_EMBEDDED:
        yield
        return
    folder = DataFolder(settings.LOCKKEEPER_DATA)
    try:
        folder.prepare()
        lock = folder.lock()
    except CannotRun as error:
        raise BadBackup(f"{error} {STOP_FIRST}") from None
    try:
        yield
    finally:
        os.close(lock)


@contextmanager
def _deleted_afterwards(file: Path) -> Iterator[None]:
    names = [file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))]
    for name in names:
        name.unlink(missing_ok=True)
    try:
        yield
    finally:
        for name in names:
            name.unlink(missing_ok=True)


def _check_file() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(1)")
            found = cursor.fetchone()[0]
    except DatabaseError:
        found = "no database"
    if found != "ok":
        raise BadBackup("The database in the backup is damaged.")


@contextmanager
def _connected_to(file: Path) -> Iterator[None]:
    """Within it Django's connection is to this file."""
    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _log_of_old() -> OldLog:
    """Of the file that is replaced; empty if there is none, or if it cannot be read."""
    if not Path(str(connection.settings_dict["NAME"])).exists():
        return {}, LogState()
    try:
        return _heads(), state_of_log()
    except DatabaseError:  # a damaged file is a reason to restore
        return {}, LogState()


def _heads() -> dict[str, str]:
    with connection.cursor() as cursor:
        return log_heads(cursor)


def keep_former(database: Path) -> None:
    """Keep the file that is replaced beside the new one, with what its journal holds.

    A journal that cannot be written back, as on a full disk, is kept beside it.
    """
    connection.close()
    if not database.exists():
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.execute("PRAGMA journal_mode = DELETE")
    kept = database.with_name(f"{database.name}.before-restore")
    kept.unlink(missing_ok=True)
    os.link(database, kept)
    for end in ("-wal", "-shm"):
        beside = kept.with_name(f"{kept.name}{end}")
        beside.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            database.with_name(f"{database.name}{end}").rename(beside)


# PostgreSQL: one transaction empties and fills all tables.


def _restore_postgresql(file: Path, manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        if others := cursor.fetchone()[0]:
            raise BadBackup(f"{others} other connections use the database. {STOP_FIRST}")
    if not connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    if applied_migrations() != manifest.migrations:
        raise BadBackup(
            f"The tables of this database are not those of the backup, which version "
            f"{manifest.version} made: use that version with an empty database, restore there, "
            "and then install the newer one."
        )
    tables = content.columns_of_tables()
    with transaction.atomic():
        old = _heads(), state_of_log()
        content.empty_tables(tables)
        for table, chunks in parts(file):
            content.fill_table(table, manifest.tables[table], chunks)
        content.finish_tables(list(tables))
        _check_heads(manifest)
        _check_seals()
        _settle(manifest, old)


def _check_seals() -> None:
    """The known text of each key opens: the rows and the keys belong together."""
    ring = get_key_ring()
    rows = seal_check.SealCheck.objects.filter(key_name__in=ring.names)
    if not all(row.opens(ring) for row in rows):
        raise BadBackup("The known text of a key does not open: this is no backup of these keys.")


def _check_heads(manifest: Manifest) -> None:
    """The heads of the audit log are those that the backup names."""
    if "heads" in manifest.audit and _heads() != manifest.audit:
        raise BadBackup("The audit log in the backup is not the one that the backup names.")


def _settle(manifest: Manifest, old: OldLog) -> None:
    """End the sessions, pause checks and mails, and write the event of the restore."""
    now, made_at = timezone.now(), datetime.fromisoformat(manifest.made_at)
    newest, log = old
    Session.objects.all().delete()
    BrowserSession.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lockkeeper_cache")
    restore_pause.begin_pause(restored_at=now, made_at=made_at)
    audit.record(
        RESTORED,
        actor="command",
        caller=Caller("command"),
        details={
            "version": manifest.version,
            "old": f"{newest.get('seq', 'none')} {newest.get('id', '')}".strip(),
            "new": f"{manifest.audit.get('seq', 'none')} {manifest.audit.get('id', '')}".strip(),
            "gap": gaps_after(log, made_at=made_at, now=now),
        },
    )
