"""No interval is shorter than 15 minutes or longer than 30 days."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import Q

POLITE = Q(check_every__isnull=True) | Q(
    check_every__range=(timedelta(minutes=15), timedelta(days=30))
)


class Migration(migrations.Migration):
    dependencies = [("credentials_app", "0010_notices")]

    operations = [
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                name="credential_interval_is_polite", condition=POLITE
            ),
        ),
        migrations.AddConstraint(
            model_name="workspacerule",
            constraint=models.CheckConstraint(
                name="workspace_interval_is_polite", condition=POLITE
            ),
        ),
    ]
