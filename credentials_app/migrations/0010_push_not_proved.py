"""Valid credentials of which nothing shows whether they may push."""

from typing import Any

from django.db import migrations, models


def note_what_is_known(apps: Any, _editor: Any) -> None:
    """Set it where the last check already said so; the next check decides about the others."""
    keys = ["cause_valid_push_unseen", "cause_valid_unseen"]
    rows = apps.get_model("credentials_app", "Credential").objects.filter(push=True, status="valid")
    rows.filter(verdict__message__key__in=keys).update(push_not_proved=True)


class Migration(migrations.Migration):
    """Adds the column, and an index of the rows where it is true."""

    dependencies = [
        ('credentials_app', '0009_notices_of_new_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='credential',
            name='push_not_proved',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='push not proved'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('push_not_proved', True)), fields=['workspace', 'status'], name='credential_push_not_proved'),
        ),
        migrations.RunPython(note_what_is_known, migrations.RunPython.noop, elidable=True),
    ]
