"""Saved views of the list, and reports that follow one."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the views. Both new columns of a subscription may be null, so that SQLite does not make its
    table anew and keeps the triggers of 0013."""

    dependencies = [
        ('credentials_app', '0014_tags'),
        ('workspaces', '0007_organizations_of_samples'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='reportsubscription',
            name='former_view',
            field=models.CharField(blank=True, max_length=60, null=True),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_key', models.CharField(editable=False, max_length=180)),
                ('query', models.TextField(blank=True, max_length=4000, verbose_name='filters')),
                ('made_at', models.DateTimeField(editable=False, verbose_name='made')),
                ('made_by', models.CharField(blank=True, editable=False, max_length=254, verbose_name='made by')),
                ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='workspaces.workspace')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
            },
        ),
        migrations.AddField(
            model_name='reportsubscription',
            name='view',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='credentials_app.savedview'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('workspace', 'owner', 'name_key'), name='view_of_person_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(condition=models.Q(('owner__isnull', True)), fields=('workspace', 'name_key'), name='view_of_workspace_is_unique'),
        ),
    ]
