"""An index of the credentials whose status changed."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials_app', '0010_push_not_proved'),
        ('workspaces', '0005_changes_of_a_workspace'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('status_since__gt', models.F('created_at'))), fields=['workspace', '-status_since'], name='credential_changed'),
        ),
    ]
