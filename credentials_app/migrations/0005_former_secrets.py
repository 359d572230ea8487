"""Former secrets, how long a workspace keeps them, and the notice that one was brought back."""

import datetime
import uuid

import django.db.models.deletion
from django.db import migrations, models

import common.fields


class Migration(migrations.Migration):
    """Adds the table, the column of the workspace rule, and two kinds."""

    dependencies = [
        ('credentials_app', '0004_trials_of_replacements'),
        ('workspaces', '0004_who_made_an_organization'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerSecret',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('secret_version', models.PositiveIntegerField(editable=False)),
                ('sealed', common.fields.SealedField()),
                ('expires_on', models.DateField(editable=False, null=True)),
                ('set_at', models.DateTimeField(editable=False, verbose_name='stored')),
                ('ended_at', models.DateTimeField(db_index=True, editable=False, verbose_name='replaced')),
                ('ended_by', models.CharField(blank=True, editable=False, max_length=254, verbose_name='replaced by')),
            ],
            options={
                'verbose_name': 'former secret',
                'verbose_name_plural': 'former secrets',
            },
        ),
        migrations.AddField(
            model_name='workspacerule',
            name='keep_former',
            field=models.DurationField(blank=True, null=True, verbose_name='keep a replaced secret for'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('bad', 'turned bad'), ('good', 'good again'), ('brought_back', 'former secret brought back'), ('expiring', 'ends soon'), ('unreachable', 'could not check'), ('reachable', 'can be checked again')], max_length=15, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='statuschange',
            name='tell',
            field=models.CharField(blank=True, choices=[('', 'nobody'), ('bad', 'turned bad'), ('good', 'good again'), ('back', 'former secret brought back')], default='', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='workspacerule',
            constraint=models.CheckConstraint(condition=models.Q(('keep_former__isnull', True), ('keep_former__range', (datetime.timedelta(0), datetime.timedelta(days=30))), _connector='OR'), name='workspace_grace_is_short'),
        ),
        migrations.AddField(
            model_name='formersecret',
            name='credential',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='former_secrets', to='credentials_app.credential'),
        ),
        migrations.AddField(
            model_name='formersecret',
            name='workspace',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace'),
        ),
        migrations.AddConstraint(
            model_name='formersecret',
            constraint=models.UniqueConstraint(fields=('credential', 'secret_version'), name='former_secret_is_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='formersecret',
            constraint=models.CheckConstraint(condition=models.Q(('secret_version__gte', 1)), name='former_secret_version_starts_at_1'),
        ),
    ]
