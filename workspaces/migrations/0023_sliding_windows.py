"""Requests of a token are counted in a minute that slides, and no longer in one that begins."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("workspaces", "0022_membership_events")]
    operations: ClassVar = [
        migrations.RemoveField(model_name="tokenwindow", name="began_at"),
        migrations.RemoveField(model_name="tokenwindow", name="count"),
        migrations.AddField(
            model_name="tokenwindow", name="taken", field=models.JSONField(default=list)
        ),
    ]
