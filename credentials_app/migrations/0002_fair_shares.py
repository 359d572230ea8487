"""Sign-in attempts, outages of a sign-in, refused logins, and why checks wait.

The failed logins of the last hour, which origins kept so far, are forgotten.
"""

import django.core.validators
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the rows and columns of the shares."""

    dependencies = [
        ('credentials_app', '0001_squashed_0012_interval_in_force'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='registryorigin',
            name='failed_accounts',
        ),
        migrations.RemoveField(
            model_name='registryorigin',
            name='failed_logins',
        ),
        migrations.AddField(
            model_name='credential',
            name='account',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='credential',
            name='lease_tenant',
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='credential',
            name='refused_again_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='credential',
            name='send_again',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='credential',
            name='sign_in',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='credential',
            name='taken_back_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='credential',
            name='wait_reason',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='credential',
            name='waits_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='registryorigin',
            name='per_account',
            field=models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='failures of one account in 15 minutes'),
        ),
        migrations.AddField(
            model_name='trial',
            name='account',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name='trial',
            name='lease_tenant',
            field=models.CharField(blank=True, editable=False, max_length=60),
        ),
        migrations.AddField(
            model_name='trial',
            name='send_again',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='trial',
            name='sign_in',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='trial',
            name='wait_reason',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='trial',
            name='waits_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name='RefusedLogin',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.CharField(editable=False, max_length=60)),
                ('origin', models.CharField(editable=False, max_length=300)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('refused_at', models.DateTimeField(db_index=True, editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'origin', 'digest'), name='refused_login_is_noted_once'), models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='refused_login_has_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('origin', models.CharField(editable=False, max_length=300)),
                ('account', models.CharField(blank=True, editable=False, max_length=32)),
                ('tenant', models.CharField(editable=False, max_length=60)),
                ('share', models.CharField(editable=False, max_length=10)),
                ('login', models.CharField(blank=True, editable=False, max_length=36)),
                ('worked', models.BooleanField(default=False, editable=False)),
                ('at', models.DateTimeField(editable=False)),
                ('busy_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['origin', 'at'], name='sign_in_by_origin')],
            },
        ),
        migrations.CreateModel(
            name='SignInOutage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('origin', models.CharField(editable=False, max_length=300)),
                ('tenant', models.CharField(editable=False, max_length=60)),
                ('until', models.DateTimeField(editable=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('origin', 'tenant'), name='one_outage_of_a_sign_in')],
            },
        ),
    ]
