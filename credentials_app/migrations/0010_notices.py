"""What an acknowledgement is about, and outages that only one workspace has."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("credentials_app", "0009_thinned_history"), ("workspaces", "0002_rules")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="acknowledged_end",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="outage",
            name="workspace",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="workspaces.workspace",
            ),
        ),
        migrations.RemoveConstraint(model_name="outage", name="one_outage_at_a_time"),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.UniqueConstraint(
                condition=Q(("over_at__isnull", True), ("workspace__isnull", True)),
                fields=("server",),
                name="one_outage_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.UniqueConstraint(
                condition=Q(("over_at__isnull", True)),
                fields=("server", "workspace"),
                name="one_outage_in_a_place",
            ),
        ),
    ]
