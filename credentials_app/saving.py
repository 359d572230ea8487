"""Saves the same columns of many rows with one prepared statement."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Model

Saved = tuple[Model, Sequence[str]]
"""A row, and which of its columns changed."""


def save_all(changes: Collection[Saved]) -> None:
    """Save each row's columns, as ``save(update_fields=…)`` would; all rows are of one table."""
    ordered = sorted(changes, key=_columns)
    for columns, same in groupby(ordered, key=_columns):
        _save([row for row, _ in same], columns)


def _columns(change: Saved) -> tuple[str, ...]:
    return tuple(change[1])


def _save(rows: Sequence[Model], columns: Sequence[str]) -> None:
    table, quote = type(rows[0])._meta, connection.ops.quote_name
    fields: list[Any] = [table.get_field(column) for column in columns]
    key: Any = table.pk
    values = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    where = f"{quote(key.column)} = %s"
    statement = f"UPDATE {quote(table.db_table)} SET {values} WHERE {where}"  # noqa: S608  # our own names
    fields.append(key)
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
                for row in rows
            ],
        )
