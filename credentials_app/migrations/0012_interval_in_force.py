"""By which interval of the instance looks are due, to notice that it became another."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials_app", "0011_polite_intervals")]

    operations = [
        migrations.AddField(
            model_name="checkerwatch",
            name="interval",
            field=models.DurationField(blank=True, null=True),
        ),
    ]
