"""What a person has answered to offers of a time zone and of first steps; who has invited."""

from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef, Subquery


def mark_inviters(apps: Any, _schema_editor: Any) -> None:
    user, invitation = (apps.get_model("workspaces", name) for name in ("User", "Invitation"))
    sent = invitation.objects.filter(invited_by=OuterRef("pk")).order_by("created_at")
    first = Subquery(sent.values("created_at")[:1])
    user.objects.filter(Exists(sent)).update(invited_at=first)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0007_organizations_of_samples")]
    operations = [
        migrations.AddField(
            "user", name, models.DateTimeField(blank=True, editable=False, null=True)
        )
        for name in ("utc_kept_at", "first_steps_hidden_at", "invited_at")
    ] + [migrations.RunPython(mark_inviters, migrations.RunPython.noop)]
