"""Notices about addresses from which a secret is used for the first time."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the address to notices, and their kind."""

    dependencies = [
        ('credentials_app', '0008_last_use'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='seen',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='credentials_app.seenaddress'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('bad', 'turned bad'), ('good', 'good again'), ('brought_back', 'former secret brought back'), ('new_address', 'used from a new address'), ('expiring', 'ends soon'), ('unreachable', 'could not check'), ('reachable', 'can be checked again')], max_length=15, verbose_name='kind'),
        ),
    ]
