"""Workspaces are archived: the columns may be null, so that SQLite does not make the table anew."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0012_deleted_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='workspace',
            name='archived_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='workspace',
            name='archived_by',
            field=models.CharField(blank=True, editable=False, max_length=254, null=True),
        ),
    ]
