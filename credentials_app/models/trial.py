"""A trial: a login that is checked before it is saved."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials_app.models.checkable import Checkable, checkable_constraints

LIFETIME = timedelta(minutes=10)


class Trial(Checkable):
    """Exists for ten minutes, only for the person who made it; checked like a credential.

    ``keeps_secret``: it tries the stored secret of ``credential``, which the person edits, in its
    ``secret_version``. ``replaces``: it tries a new secret for ``credential``, which replaces the
    one of ``secret_version`` if it works; ``leaked``: no copy of the old one is kept.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    credential = models.ForeignKey(
        "credentials_app.Credential",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        editable=False,
    )
    keeps_secret = models.BooleanField(default=False, editable=False)
    replaces = models.BooleanField(default=False, editable=False)
    leaked = models.BooleanField(default=False, editable=False)
    started_at = models.DateTimeField(db_index=True, editable=False)
    outcome = models.CharField(max_length=30, blank=True, editable=False)
    verdict: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True, editable=False)
    evidence: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    took_ms = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        constraints = checkable_constraints("trial")

    def __str__(self) -> str:
        return f"{self.username} at {self.server}"

    def is_over(self, now: datetime) -> bool:
        """True if its ten minutes have passed."""
        return self.started_at + LIFETIME <= now
