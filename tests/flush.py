"""Lets Django empty the test database between tests although triggers refuse exactly that.

The rows are guarded by the real triggers during each test; only the flush after it lifts them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def lifted_on_sqlite() -> Iterator[None]:
    """SQLite empties tables by DELETE: take its triggers away and put the same ones back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            yield
        finally:
            for _, sql in triggers:
                cursor.execute(sql, None)


@contextmanager
def lifted_on_postgresql() -> Iterator[None]:
    """PostgreSQL empties tables by TRUNCATE: switch the triggers off that listen to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgtype & 32 <> 0"
        )
        triggers = cursor.fetchall()
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            for table, name in triggers:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


LIFTED = {"sqlite": lifted_on_sqlite, "postgresql": lifted_on_postgresql}


@pytest.fixture(scope="session", autouse=True)
def the_flush_may_empty_guarded_tables() -> Iterator[None]:
    plain = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        with LIFTED[connection.vendor]():
            plain(self, sql_list)

    patch = pytest.MonkeyPatch()
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
    yield
    patch.undo()
