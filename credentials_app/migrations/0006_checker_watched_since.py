"""Since when the checker is watched without a gap."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials_app", "0005_schedule_notices_reports")]

    operations = [
        migrations.AddField(
            model_name="checkerwatch",
            name="watched_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
