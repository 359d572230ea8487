"""Workspaces that are samples. The database keeps the mark: it is set when the row is inserted."""

from typing import Any

from django.db import migrations, models

# By hand on both databases: SQLite would make the table anew, and its triggers would be gone.
COLUMN = "ALTER TABLE workspaces_workspace ADD COLUMN is_sample bool NOT NULL DEFAULT false"
STAYS = "a workspace is a sample from the start, or never"
SHARED = "a sample belongs to an organization"


def sqlite_rules() -> list[str]:
    return [
        "CREATE TRIGGER sample_stays_one BEFORE UPDATE OF is_sample ON workspaces_workspace "
        f"WHEN OLD.is_sample <> NEW.is_sample BEGIN SELECT RAISE(ABORT, '{STAYS}'); END",
        "CREATE TRIGGER sample_has_organization BEFORE INSERT ON workspaces_workspace "
        "WHEN NEW.is_sample AND NEW.organization_id IS NULL "
        f"BEGIN SELECT RAISE(ABORT, '{SHARED}'); END",
    ]


def _refusal(name: str, words: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        f"'{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def postgresql_rules() -> list[str]:
    return [
        _refusal("lk_sample_stays_one", STAYS),
        "CREATE TRIGGER sample_stays_one BEFORE UPDATE OF is_sample ON workspaces_workspace "
        "FOR EACH ROW WHEN (OLD.is_sample <> NEW.is_sample) EXECUTE FUNCTION lk_sample_stays_one()",
        _refusal("lk_sample_has_organization", SHARED),
        "CREATE TRIGGER sample_has_organization BEFORE INSERT ON workspaces_workspace "
        "FOR EACH ROW WHEN (NEW.is_sample AND NEW.organization_id IS NULL) "
        "EXECUTE FUNCTION lk_sample_has_organization()",
    ]


def lay_down(_apps: Any, editor: Any) -> None:
    rules = {"sqlite": sqlite_rules, "postgresql": postgresql_rules}
    for rule in rules[editor.connection.vendor]():
        editor.execute(rule, params=None)


class Migration(migrations.Migration):
    """Adds the column and its two rules."""

    dependencies = [("workspaces", "0005_changes_of_a_workspace")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(COLUMN)],
            [
                migrations.AddField(
                    "workspace",
                    "is_sample",
                    models.BooleanField(default=False, db_default=False, editable=False),
                )
            ],
        ),
        migrations.RunPython(lay_down),
    ]
