"""SQLite: no row that a trigger protects can be replaced by an INSERT OR REPLACE.

REPLACE deletes the row that is in the way without firing a trigger for DELETE. PostgreSQL has no
such statement: its ON CONFLICT DO UPDATE fires the triggers for UPDATE.
"""

from django.db import migrations

AUDIT = "workspaces_auditevent"
ONLY_ADDED = "audit events are only ever added"
# Table, words of the refusal, and the keys by which a row is replaced.
TABLES = (
    (AUDIT, ONLY_ADDED, ("seq",), ("id",)),
    ("workspaces_participant", "a role is never replaced", ("id",), ("workspace_id", "user_id")),
    (
        "workspaces_organizationmember",
        "a membership is never replaced",
        ("id",),
        ("organization_id", "user_id"),
    ),
    (
        "workspaces_workspace",
        "a workspace is never replaced",
        ("id",),
        ("owner_id",),
        ("organization_id", "slug"),
    ),
)


def sqlite_rules():
    for table, words, *keys in TABLES:
        same = " OR ".join(
            "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys
        )
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN "
            f"SELECT RAISE(ABORT, '{words}'); END"
        )
    # Before an insert SQLite calls the number that it will choose -1: an event with that number
    # would stop all others.
    yield (
        f"CREATE TRIGGER audit_counts_up AFTER INSERT ON {AUDIT} WHEN NEW.seq < 1 BEGIN "
        f"SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
    )


def lay_down(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for rule in sqlite_rules():
            schema_editor.execute(rule, params=None)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_squashed_0002_rules")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
