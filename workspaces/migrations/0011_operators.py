"""The role that was called User is called Operator; what is stored stays."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0010_last_administrator'),
    ]

    operations = [
        migrations.AlterField(
            model_name='invitation',
            name='role',
            field=models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('maintainer', 'Maintainer'), ('user', 'Operator'), ('viewer', 'Viewer')], max_length=10),
        ),
        migrations.AlterField(
            model_name='participant',
            name='role',
            field=models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('maintainer', 'Maintainer'), ('user', 'Operator'), ('viewer', 'Viewer')], max_length=10),
        ),
    ]
