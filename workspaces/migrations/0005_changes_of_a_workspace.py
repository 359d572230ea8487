"""An index of the events that change what a page shows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0004_who_made_an_organization'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(condition=models.Q(('action', 'credentials:secret:open'), _negated=True), fields=['workspace_id', '-seq'], name='audit_of_changes'),
        ),
    ]
