"""Deleted credentials stay for some days in the bin; names are unique among the others."""

import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Both new columns may be null, and the constraint is an index, so that SQLite does not make the
    table anew and keeps its triggers."""

    dependencies = [
        ('credentials_app', '0015_saved_views'),
        ('workspaces', '0010_last_administrator'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='credential',
            name='credential_name_is_unique',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_by_status',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_list',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_by_provider',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_by_server',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_by_owner',
        ),
        migrations.AddField(
            model_name='credential',
            name='deleted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='deleted'),
        ),
        migrations.AddField(
            model_name='credential',
            name='deleted_by',
            field=models.CharField(blank=True, editable=False, max_length=254, null=True, verbose_name='deleted by'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'status', 'deleted_at'], name='credential_by_status'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'status', 'status_since', 'could_not_look_shown', 'expires_source', 'expires_at', 'expires_on', 'last_checked_at', 'owner', 'push', 'server', 'name', 'id', 'push_not_proved', 'shown_provider', 'deleted_at'], name='credential_list'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'shown_provider', 'deleted_at'], name='credential_by_provider'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'server', 'deleted_at'], name='credential_by_server'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'owner', 'deleted_at'], name='credential_by_owner'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('deleted_at__isnull', False)), fields=['deleted_at', 'workspace'], name='credential_in_the_bin'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.UniqueConstraint(models.F('workspace'), django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at__isnull', True)), name='credential_name_is_unique', violation_error_message='This workspace has a credential of this name.'),
        ),
    ]
