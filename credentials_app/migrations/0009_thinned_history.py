"""Up to which day the history of checks is thinned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials_app", "0008_checks_of_many")]

    operations = [
        migrations.AddField(
            model_name="checkerwatch",
            name="thinned_until",
            field=models.DateField(blank=True, null=True, verbose_name="every check kept since"),
        ),
    ]
