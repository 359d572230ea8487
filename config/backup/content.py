"""The rows of a database: out of it in one consistent state, and into it in one transaction."""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from django.db import OperationalError, connection, transaction

from config.backup.archive import CHUNK, ArchiveWriter

LEFT_OUT = ("django_session", "lockkeeper_cache")
"""Their rows are left out: sessions and counted requests end with a restore anyway."""
SQLITE_PART = "sqlite"
COPY_PREFIX = ".backup-"
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
ORDER BY table_name, ordinal_position
"""
SEQUENCES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = ANY(%s)
AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


@contextmanager
def copy_of_sqlite(folder: Path) -> Iterator[Path]:
    """A consistent copy of the database's file, without sessions, in this folder; it ends with the
    block."""
    with TemporaryDirectory(prefix=COPY_PREFIX, dir=folder) as made:
        copy = Path(made) / "copy.sqlite3"
        with full_disk_named(folder):
            _copy_sqlite(copy)
        yield copy


def _copy_sqlite(copy: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    copy.chmod(0o600)
    with closing(sqlite3.connect(copy)) as opened:
        opened.execute("PRAGMA secure_delete = ON")
        known = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
        for table in LEFT_OUT:
            if table in known:
                opened.execute(f'DELETE FROM "{table}"')  # noqa: S608  # a name of ours
        opened.commit()


@contextmanager
def full_disk_named(folder: Path) -> Iterator[None]:
    """Within it a full disk is an OSError that names this folder, whether the system or SQLite
    says it."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as error:
        said = getattr(error.__cause__ or error, "sqlite_errorcode", None)
        if said != sqlite3.SQLITE_FULL:
            raise
        raise full from None
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename:
            raise
        raise full from None


def chunks_of(file: Path) -> Iterator[bytes]:
    """The bytes of a file."""
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


@contextmanager
def one_state() -> Iterator[None]:
    """Within it every query of PostgreSQL sees the same moment."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def columns_of_tables() -> dict[str, list[str]]:
    """The stored columns of every table of PostgreSQL."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
    return found


def write_tables(archive: ArchiveWriter, tables: dict[str, list[str]]) -> None:
    """Add each table of PostgreSQL as a part, in the text format of COPY."""
    for table, columns in tables.items():
        if table not in LEFT_OUT:
            archive.add(table, _rows_of(table, columns))


def _rows_of(table: str, columns: list[str]) -> Iterator[memoryview | bytes]:
    statement = f"COPY {_named(table, columns)} TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield from copy


def empty_tables(tables: Iterable[str]) -> None:
    """Delete the rows of these tables. Their triggers guard against people, not a restore."""
    quoted = [_quoted(table) for table in tables]
    with connection.cursor() as cursor:
        for table in quoted:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(quoted)}")


def fill_table(table: str, columns: list[str], rows: Iterable[bytes]) -> None:
    """Copy these rows into an empty table."""
    statement = f"COPY {_named(table, columns)} FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in rows:
            copy.write(chunk)


def finish_tables(tables: list[str]) -> None:
    """Check the foreign keys, let the triggers guard again, and set the counters of new rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {_quoted(table)} ENABLE TRIGGER USER")
        cursor.execute(SEQUENCES, [tables])
        for table, column in cursor.fetchall():
            highest = f"SELECT max({_quoted(column)}) + 1 FROM {_quoted(table)}"  # noqa: S608
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), "
                f"coalesce(({highest}), 1), false)",  # names of the catalog
                [_quoted(table), column],
            )


def write_private(file: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file for its owner only, and wait until it is on the disk."""
    with private_file(file) as stream:
        for chunk in chunks:
            stream.write(chunk)


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """A new file for its owner only. After an error it is deleted."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _named(table: str, columns: list[str]) -> str:
    return f"{_quoted(table)} ({', '.join(map(_quoted, columns))})"


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
