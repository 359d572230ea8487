"""Who must have a second factor: administrators since when, and organizations that require one."""

from django.db import migrations, models
from django.utils import timezone

# By hand on both databases: SQLite would make the table anew, though triggers name it.
COLUMN = "ALTER TABLE workspaces_organization ADD COLUMN requires_factor bool NOT NULL DEFAULT false"


def begin_now(apps, schema_editor):
    """Those who are administrators already have as many days as new ones."""
    people = apps.get_model("workspaces", "User").objects.filter(is_staff=True)
    people.update(administrator_since=timezone.now())


class Migration(migrations.Migration):
    """Adds the columns."""

    dependencies = [("workspaces", "0013_archives")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(COLUMN)],
            [
                migrations.AddField(
                    "organization",
                    "requires_factor",
                    models.BooleanField(default=False, db_default=False, editable=False),
                )
            ],
        ),
        migrations.AddField(
            "user",
            "administrator_since",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            "user",
            "second_factor_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]
