"""The state of one registry or sign-in origin: rate limits, pauses, leases."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RegistryOrigin(models.Model):
    """An administrator may change its limits; checks write everything else.

    One batch at a time holds it (``lease_id``), and at the same time one check that a person waits
    for (``person_lease_id``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    origin = models.CharField(_("origin"), max_length=300, unique=True)
    max_connections = models.PositiveSmallIntegerField(
        _("connections at once"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(32)],
    )
    rate_per_s = models.FloatField(
        _("requests per second"),
        default=2.0,
        validators=[MinValueValidator(0.1), MaxValueValidator(100)],
    )
    burst = models.PositiveSmallIntegerField(
        _("burst of requests"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    why = models.CharField(_("why"), max_length=30, blank=True)
    failures = models.PositiveIntegerField(_("failed connections in a row"), default=0)
    successes = models.PositiveIntegerField(default=0, editable=False)
    circuit_until = models.DateTimeField(null=True, blank=True)
    per_account = models.PositiveSmallIntegerField(
        _("failures of one account in 15 minutes"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
    )
    made_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    refuses_made_up = models.BooleanField(null=True, blank=True, editable=False)
    lease_id = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    person_lease_id = models.UUIDField(null=True, blank=True, editable=False)
    person_lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("registry origin")
        verbose_name_plural = _("registry origins")
        constraints = [
            models.CheckConstraint(
                name="origin_figures_are_positive",
                condition=Q(max_connections__gte=1, rate_per_s__gt=0, burst__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.origin
