"""Samples are never checked and never mailed: the database refuses the rows that would lead to it.

A check needs ``next_check_at``, a mail a notice or a subscription. An update is looked at only
where it gives a row a next check that had none, so that checks of other rows pay nothing.
SQLite drops the triggers of a table that a later migration makes anew: the tests of these rules
fail then, and that migration lays them down again.
"""

from typing import Any

from django.db import migrations

SAMPLE = "EXISTS (SELECT 1 FROM workspaces_workspace WHERE id = NEW.workspace_id AND is_sample)"
NOT_CHECKED, NOT_MAILED = "a sample is never checked", "nobody is mailed about a sample"
GETS_DUE = (
    "NEW.next_check_at IS NOT NULL "
    "AND (OLD.next_check_at IS NULL OR OLD.workspace_id <> NEW.workspace_id)"
)
# name, table, event, condition, words
RULES = [
    rule
    for name in ("credential", "trial")
    for rule in (
        (
            f"sample_{name}_is_not_due",
            f"credentials_app_{name}",
            "INSERT",
            "NEW.next_check_at IS NOT NULL",
            NOT_CHECKED,
        ),
        (
            f"sample_{name}_gets_not_due",
            f"credentials_app_{name}",
            "UPDATE OF next_check_at, workspace_id",
            GETS_DUE,
            NOT_CHECKED,
        ),
    )
] + [
    (
        f"sample_has_no_{name}",
        f"credentials_app_{name}",
        "INSERT",
        "NEW.workspace_id IS NOT NULL",
        NOT_MAILED,
    )
    for name in ("notice", "reportsubscription")
]


def _sqlite(name: str, table: str, event: str, condition: str, words: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} AND {SAMPLE} "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    ]


def _postgresql(name: str, table: str, event: str, condition: str, words: str) -> list[str]:
    return [
        f"CREATE FUNCTION lk_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {SAMPLE} THEN RAISE EXCEPTION '{words}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition}) "
        f"EXECUTE FUNCTION lk_{name}()",
    ]


def lay_down(_apps: Any, editor: Any) -> None:
    build = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]
    for rule in RULES:
        for statement in build(*rule):
            editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Lays the rules down."""

    dependencies = [
        ("credentials_app", "0012_list_of_chips"),
        ("workspaces", "0006_samples"),
    ]

    operations = [migrations.RunPython(lay_down)]
