"""Trials of a secret that replaces a stored one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two columns to trials."""

    dependencies = [
        ('credentials_app', '0003_check_progress'),
    ]

    operations = [
        migrations.AddField(
            model_name='trial',
            name='leaked',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='trial',
            name='replaces',
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
