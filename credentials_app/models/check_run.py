"""The record of one check."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential, OfLiving
from registry.outcome import Outcome


class CheckRun(models.Model):
    """``counted`` is false if the login changed during the check: its result was not applied."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField(_("started"))
    took_ms = models.PositiveIntegerField(_("took (ms)"))
    outcome = models.CharField(
        _("outcome"), max_length=30, choices=[(each.value, each.value) for each in Outcome]
    )
    verdict: "models.JSONField[Any, Any]" = models.JSONField()
    evidence: "models.JSONField[Any, Any]" = models.JSONField()
    secret_version = models.PositiveIntegerField()
    asked = models.BooleanField(_("asked for by a person"), default=False)
    counted = models.BooleanField(default=True)

    objects = OfLiving()
    every = models.Manager()

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        indexes = [models.Index(fields=["credential", "-started_at"], name="check_run_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.started_at:%Y-%m-%d %H:%M}"
