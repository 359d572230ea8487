"""When and from where secrets were last used by others."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the last use of a credential, the addresses, and whether to tell of new ones."""

    dependencies = [
        ('credentials_app', '0007_changes_of_many'),
        ('workspaces', '0004_who_made_an_organization'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
                ('server', models.CharField(editable=False, max_length=300, verbose_name='registry server')),
                ('address', models.CharField(editable=False, max_length=45, verbose_name='address')),
                ('last_at', models.DateTimeField(db_index=True, editable=False, verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'own address',
                'verbose_name_plural': 'own addresses',
            },
        ),
        migrations.CreateModel(
            name='SeenAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(editable=False, max_length=45, verbose_name='address')),
                ('first_at', models.DateTimeField(editable=False, verbose_name='first seen')),
                ('last_at', models.DateTimeField(db_index=True, editable=False, verbose_name='last seen')),
                ('tell', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'verbose_name': 'seen address',
                'verbose_name_plural': 'seen addresses',
            },
        ),
        migrations.AddField(
            model_name='credential',
            name='use_seen',
            field=models.CharField(blank=True, choices=[('', 'no check has seen it'), ('others', 'used'), ('never', 'never used'), ('ours', 'used from our own address only'), ('hidden', 'hidden by our own checks')], default='', editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='credential',
            name='use_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='credential',
            name='used_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used'),
        ),
        migrations.AddField(
            model_name='workspacerule',
            name='tell_new_address',
            field=models.BooleanField(default=False, verbose_name='tell of new addresses'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('use_told_at__isnull', False)), fields=['workspace', 'use_told_at', 'use_seen', 'used_at', 'secret_set_at', 'id'], name='credential_last_use'),
        ),
        migrations.AddConstraint(
            model_name='ownaddress',
            constraint=models.UniqueConstraint(fields=('workspace', 'server', 'address'), name='own_address_is_kept_once_a_server'),
        ),
        migrations.AddField(
            model_name='seenaddress',
            name='credential',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='seen_addresses', to='credentials_app.credential'),
        ),
        migrations.AddIndex(
            model_name='seenaddress',
            index=models.Index(condition=models.Q(('tell', True)), fields=['id'], name='address_to_tell'),
        ),
        migrations.AddConstraint(
            model_name='seenaddress',
            constraint=models.UniqueConstraint(fields=('credential', 'address'), name='address_is_kept_once_a_credential'),
        ),
    ]
