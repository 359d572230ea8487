"""Organizations that were made for a sample go with it."""

from django.db import migrations, models

# By hand on both databases: SQLite would make the table anew, though triggers name it.
COLUMN = "ALTER TABLE workspaces_organization ADD COLUMN for_sample bool NOT NULL DEFAULT false"


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies = [("workspaces", "0006_samples")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(COLUMN)],
            [
                migrations.AddField(
                    "organization",
                    "for_sample",
                    models.BooleanField(default=False, db_default=False, editable=False),
                )
            ],
        ),
    ]
