"""What the admin audit filters by: rights in excess, the kind of secret, and equal secrets."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat

from credentials_app.models.credential import OfVerdict


def note_what_checks_saw(apps: Any, _editor: Any) -> None:
    """Set what the last checks of the stored secrets said; digests follow with the next checks."""
    rows = apps.get_model("credentials_app", "Credential").objects
    seen = rows.filter(verdict__excess__isnull=False, last_conclusive_at__isnull=False)
    seen.exclude(verdict__excess=[]).update(has_excess=True)
    runs = apps.get_model("credentials_app", "CheckRun").objects.filter(
        credential=OuterRef("pk"), counted=True, secret_version=OuterRef("secret_version")
    )
    provider, kind = OfVerdict("verdict", key="provider"), OfVerdict("evidence", key="kind")
    known = runs.annotate(kind=kind).exclude(kind="").order_by("-started_at")
    key = known.values(key=Concat(provider, Value(":"), "kind", output_field=models.TextField()))
    rows.filter(last_checked_at__isnull=False).update(secret_kind=Subquery(key[:1]))


class Migration(migrations.Migration):
    """Adds the columns, fills two of them, and adds them to the index of the list."""

    dependencies = [
        ('credentials_app', '0017_known_secrets'),
        ('workspaces', '0020_audit_chain'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='credential',
            name='credential_list',
        ),
        migrations.AddField(
            model_name='credential',
            name='has_excess',
            field=models.BooleanField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='credential',
            name='secret_digest',
            field=models.CharField(editable=False, max_length=80, null=True),
        ),
        migrations.AddField(
            model_name='credential',
            name='secret_kind',
            field=models.CharField(editable=False, max_length=60, null=True),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(fields=['workspace', 'status', 'status_since', 'could_not_look_shown', 'expires_source', 'expires_at', 'expires_on', 'last_checked_at', 'owner', 'push', 'server', 'name', 'id', 'push_not_proved', 'shown_provider', 'deleted_at', 'has_excess', 'secret_kind', 'secret_set_at', 'use_told_at', 'use_seen', 'used_at'], name='credential_list'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('secret_digest__isnull', False)), fields=['secret_digest', 'workspace'], name='credential_same_secret'),
        ),
        migrations.RunPython(note_what_checks_saw, migrations.RunPython.noop, elidable=True),
    ]
