"""Organizations know the person who made them; of older ones it is their first owner."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def _first_owners(apps: Any, _editor: Any) -> None:
    members = apps.get_model("workspaces", "OrganizationMember").objects
    owners = members.filter(organization=OuterRef("pk"), role="owner").order_by("created_at", "pk")
    organizations = apps.get_model("workspaces", "Organization").objects
    organizations.update(made_by=Subquery(owners.values("user")[:1]))


class Migration(migrations.Migration):
    """Adds the column and fills it."""

    dependencies = [("workspaces", "0003_refused_sign_ins")]

    operations = [
        migrations.AddField(
            "organization",
            "made_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                models.SET_NULL,
                related_name="organizations_made",
                null=True,
                editable=False,
            ),
        ),
        migrations.RunPython(_first_owners, migrations.RunPython.noop),
    ]
