"""The database of an installation: as former migrations left it, its rows, and its schema."""

import contextlib
import re
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.postgres import binary

# The one migration of each application that had more.
SQUASHED = {
    ("credentials_app", "0001_squashed_0012_interval_in_force"),
    ("workspaces", "0001_squashed_0002_rules"),
}
MADE_BEFORE = Path(__file__).parent / "twelve_migrations"
SQLITE = "sqlite:///"
# The tables that migrate itself writes.
BOOKKEEPING = {"auth_permission", "django_content_type", "django_migrations", "sqlite_sequence"}


@contextlib.contextmanager
def connected(url: str) -> Iterator[Any]:
    """A connection without our code; its changes are committed."""
    if url.startswith(SQLITE):
        opened: Any = sqlite3.connect(url.removeprefix(SQLITE))
        opened.create_function("REGEXP", 2, lambda rule, text: bool(re.search(rule, text)))
    else:
        opened = psycopg.connect(url)
    with contextlib.closing(opened):
        yield opened
        opened.commit()


def fill(url: str) -> None:
    """Fill an empty database with the schema and rows of the last commit with twelve migrations."""
    with connected(url) as database:
        if url.startswith(SQLITE):
            database.executescript((MADE_BEFORE / "sqlite.sql").read_text())
        else:
            database.execute((MADE_BEFORE / "postgresql.sql").read_text())


def recorded(url: str) -> set[tuple[str, str]]:
    """App and name of every migration that the database has recorded."""
    with connected(url) as database:
        return {*database.execute("SELECT app, name FROM django_migrations").fetchall()}


def forget(url: str, app: str, name: str) -> None:
    """Delete the record of this migration."""
    with connected(url) as database:
        database.execute(f"DELETE FROM django_migrations WHERE app = '{app}' AND name = '{name}'")


def columns_of(url: str, *, gone: frozenset[str] = frozenset()) -> dict[str, str]:
    """The columns of every table, as SQL, without the tables that ``migrate`` writes.

    ``gone``: columns that a later migration removes, as `table.column`.
    """
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if url.startswith(SQLITE)
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    with connected(url) as database:
        names = {name for (name,) in database.execute(tables).fetchall()} - BOOKKEEPING
        found = {name: database.execute(f'SELECT * FROM "{name}"').description for name in names}
    return {
        name: ", ".join(
            f'"{column[0]}"' for column in description or () if f"{name}.{column[0]}" not in gone
        )
        for name, description in found.items()
    }


def rows_of(url: str, columns: Mapping[str, str]) -> dict[str, list[str]]:
    """All rows of these columns of these tables."""
    with connected(url) as database:
        return {
            name: sorted(map(repr, database.execute(f'SELECT {listed} FROM "{name}"').fetchall()))
            for name, listed in columns.items()
        }


def schema_of(url: str) -> list[str]:
    """Tables with their columns in order, constraints, indexes, triggers and functions, as SQL."""
    if url.startswith(SQLITE):
        return _schema_of_sqlite(url)
    dumped = subprocess.run(
        [binary("pg_dump"), "--schema-only", "--no-owner", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # Its first and last lines contain a random word.
    return [line for line in dumped.splitlines() if not re.match(r"\\(un)?restrict ", line)]


def _schema_of_sqlite(url: str) -> list[str]:
    with connected(url) as database:
        found = database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
        ).fetchall()
    return [_in_order(sql) if kind == "table" else sql for kind, _, sql in found]


def _in_order(table: str) -> str:
    """A table's SQL with its constraints last, sorted by name: their order has no meaning."""
    start, end = table.index("(") + 1, table.rindex(")")
    parts = [""]
    for sign in table[start:end]:
        if sign == "," and parts[-1].count("(") == parts[-1].count(")"):
            parts.append("")
        else:
            parts[-1] += sign
    named = [part.strip() for part in parts]
    named.sort(key=lambda part: part.partition("(")[0] if part.startswith("CONSTRAINT") else "")
    return f"{table[:start]}{', '.join(named)}{table[end:]}"
