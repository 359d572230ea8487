"""What the list searches in, and what it filters and sorts by."""

import credentials_app.models.credential
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two columns that the database fills in, and an index that answers the list."""

    dependencies = [
        ('credentials_app', '0005_former_secrets'),
        ('workspaces', '0004_who_made_an_organization'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_told_end',
        ),
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_typed_end',
        ),
        migrations.AddField(
            model_name='credential',
            name='searched_text',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Concat('name', models.Value(' '), 'server', models.Value(' '), 'username', models.Value(' '), 'repository', models.Value(' '), django.db.models.functions.comparison.Coalesce(credentials_app.models.credential.OfVerdict('verdict', key='needed'), models.Value(''), output_field=models.TextField()), models.Value(' '), 'notes', output_field=models.TextField())), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='credential',
            name='shown_provider',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce(django.db.models.functions.comparison.NullIf(credentials_app.models.credential.OfVerdict('verdict', key='provider'), models.Value('')), 'provider', output_field=models.CharField(max_length=50)), output_field=models.CharField(max_length=50)),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'status', 'status_since', 'could_not_look_shown', 'expires_source', 'expires_at', 'expires_on', 'last_checked_at', 'owner', 'push', 'server', 'name', 'id'], name='credential_list'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['workspace', 'status', 'expires_at'], name='credential_told_end'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('expires_on__isnull', False)), fields=['workspace', 'status', 'expires_on'], name='credential_typed_end'),
        ),
    ]
