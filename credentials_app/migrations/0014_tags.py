"""Tags of credentials, each in the workspace of its credential: the database refuses another one.

SQLite drops the triggers of a table that a later migration makes anew: the tests of these rules
fail then, and that migration lays them down again.
"""

import uuid
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

TAG, CREDENTIAL = "credentials_app_tag", "credentials_app_credential"
WORDS = "a tag is in the workspace of its credential"
STRAYS = (
    f"NOT EXISTS (SELECT 1 FROM {CREDENTIAL} "
    "WHERE id = NEW.credential_id AND workspace_id = NEW.workspace_id)"
)
LEAVES_TAGS = (
    "NEW.workspace_id <> OLD.workspace_id "
    f"AND EXISTS (SELECT 1 FROM {TAG} WHERE credential_id = NEW.id)"
)
# name, table, event, condition
RULES = (
    ("tag_is_at_home", TAG, "INSERT", STRAYS),
    ("tag_stays_at_home", TAG, "UPDATE OF workspace_id, credential_id", STRAYS),
    ("tag_goes_not_alone", CREDENTIAL, "UPDATE OF workspace_id", LEAVES_TAGS),
)


def _sqlite(name: str, table: str, event: str, condition: str) -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ]


def _postgresql(name: str, table: str, event: str, condition: str) -> list[str]:
    return [
        f"CREATE FUNCTION lk_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{WORDS}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION lk_{name}()",
    ]


def lay_down(_apps: Any, editor: Any) -> None:
    build = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]
    for rule in RULES:
        for statement in build(*rule):
            editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Adds the table and its rules."""

    dependencies = [
        ('credentials_app', '0013_samples_are_left_alone'),
        ('workspaces', '0007_organizations_of_samples'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40, verbose_name='tag')),
                ('credential', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='credentials_app.credential')),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='tags', to='workspaces.workspace')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'indexes': [models.Index(fields=['workspace', 'name', 'credential'], name='tag_of_workspace')],
                'constraints': [models.UniqueConstraint(fields=('credential', 'name'), name='tag_is_there_once'), models.CheckConstraint(condition=models.Q(('name__regex', '\\A[a-z0-9][a-z0-9_.:/-]{0,39}\\Z')), name='tag_name_is_plain')],
            },
        ),
        migrations.RunPython(lay_down),
    ]
