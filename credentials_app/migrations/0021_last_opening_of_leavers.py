"""The list of leavers says when each of them opened a secret last."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("credentials_app", "0020_fetches")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="knownsecret",
            name="opened_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
