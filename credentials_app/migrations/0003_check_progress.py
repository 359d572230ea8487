"""The steps of checks that people wait for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds their table."""

    dependencies = [
        ('credentials_app', '0002_fair_shares'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckProgress',
            fields=[
                ('lease', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('steps', models.JSONField(default=list, editable=False)),
                ('next_step', models.CharField(editable=False, max_length=20)),
                ('next_to', models.CharField(editable=False, max_length=300)),
                ('provider', models.CharField(editable=False, max_length=50)),
                ('at', models.DateTimeField(db_index=True, editable=False)),
            ],
        ),
    ]
