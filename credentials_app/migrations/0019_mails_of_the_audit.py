"""Reports of the audit by mail."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the table."""

    dependencies = [
        ('credentials_app', '0018_the_admin_audit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('place', models.CharField(editable=False, max_length=60)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('query', models.TextField(blank=True, max_length=4000, verbose_name='filters')),
                ('query_key', models.CharField(editable=False, max_length=64)),
                ('frequency', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every Monday'), ('monthly', 'On the first of the month'), ('never', 'Never')], max_length=10, verbose_name='how often')),
                ('next_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='next mail')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mail of the audit',
                'verbose_name_plural': 'mails of the audit',
                'constraints': [models.UniqueConstraint(fields=('person', 'place', 'query_key'), name='one_mail_per_query')],
            },
        ),
    ]
