"""What the chips of the list count by."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds provider and remark to the index of the list, and an index of each counted column."""

    dependencies = [
        ('credentials_app', '0011_newest_changes'),
        ('workspaces', '0004_who_made_an_organization'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_list',
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'status', 'status_since', 'could_not_look_shown', 'expires_source', 'expires_at', 'expires_on', 'last_checked_at', 'owner', 'push', 'server', 'name', 'id', 'push_not_proved', 'shown_provider'], name='credential_list'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'shown_provider'], name='credential_by_provider'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'server'], name='credential_by_server'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'owner'], name='credential_by_owner'),
        ),
    ]
