"""An outage: no conclusive checks at a registry for hours; one row until it is over."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Outage(models.Model):
    """``since`` is the time of the first inconclusive check, ``why`` the outcome of the latest.

    ``workspace`` None: an outage of the registry, for everybody. Otherwise only the credentials of
    this workspace, for a cause that concerns no other one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    server = models.CharField(_("registry server"), max_length=300)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    why = models.CharField(_("why"), max_length=30, blank=True)
    since = models.DateTimeField(_("since"))
    noted_at = models.DateTimeField(editable=False)
    over_at = models.DateTimeField(_("over"), null=True, blank=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.UniqueConstraint(
                fields=["server"],
                condition=Q(over_at__isnull=True, workspace__isnull=True),
                name="one_outage_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["server", "workspace"],
                condition=Q(over_at__isnull=True),
                name="one_outage_in_a_place",
            ),
        ]

    def __str__(self) -> str:
        return self.server
