"""Deleted organizations and workspaces stay for some days; addresses are unique among the others.

SQLite makes both tables anew. It would drop their triggers, and refuse while triggers of other
tables name them: all triggers are taken away before, and laid down again after.
"""

from typing import Any

import django.core.validators
from django.db import migrations, models

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
# The trigger of 0002 that refuses to replace a workspace looks for the rows that are in the way.
SAME_ADDRESS = "(organization_id = NEW.organization_id AND slug = NEW.slug)"
LIVING = "deleted_at IS NULL AND NEW.deleted_at IS NULL"
SAME_LIVING_ADDRESS = f"{SAME_ADDRESS[:-1]} AND {LIVING})"
taken: list[str] = []


def take_away(_apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "sqlite":
        with editor.connection.cursor() as cursor:
            found = cursor.execute(TRIGGERS).fetchall()
        taken[:] = [sql for _, sql in found]
        for name, _ in found:
            editor.execute(f'DROP TRIGGER "{name}"', params=None)


def lay_down(_apps: Any, editor: Any) -> None:
    while taken:
        editor.execute(taken.pop().replace(SAME_ADDRESS, SAME_LIVING_ADDRESS), params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0011_operators'),
    ]

    operations = [
        migrations.RunPython(take_away),
        migrations.RemoveConstraint(
            model_name='workspace',
            name='workspace_slug_once',
        ),
        migrations.AddField(
            model_name='organization',
            name='deleted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='deleted_by',
            field=models.CharField(blank=True, editable=False, max_length=254, null=True),
        ),
        migrations.AddField(
            model_name='workspace',
            name='deleted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='workspace',
            name='deleted_by',
            field=models.CharField(blank=True, editable=False, max_length=254, null=True),
        ),
        migrations.AlterField(
            model_name='organization',
            name='slug',
            field=models.CharField(max_length=50, validators=[django.core.validators.RegexValidator('\\A[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\Z', 'Use small letters, digits and hyphens, beginning and ending with a letter or digit.')]),
        ),
        migrations.AddConstraint(
            model_name='organization',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('slug',), name='organization_slug_once'),
        ),
        migrations.AddConstraint(
            model_name='workspace',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('organization', 'slug'), name='workspace_slug_once'),
        ),
        migrations.RunPython(lay_down),
    ]
