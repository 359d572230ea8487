"""A person's subscription to a report, and when the next one is due."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.saved_view import LONGEST_VIEW_NAME


class Frequency(models.TextChoices):
    """How often a report is sent."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first of the month")
    NEVER = "never", _("Never")


class ReportSubscription(models.Model):
    """``workspace`` None: the instance. The next report has the changes since ``last_at``.

    ``view`` None: all of the workspace. ``former_view``: the name of a view that it followed and
    that its person no longer has; the next mail says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    frequency = models.CharField(
        _("how often"), max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY
    )
    view = models.ForeignKey(
        "credentials_app.SavedView",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    former_view = models.CharField(max_length=LONGEST_VIEW_NAME, null=True, blank=True)
    next_at = models.DateTimeField(_("next report"), null=True, blank=True, db_index=True)
    last_at = models.DateTimeField(_("last report"), null=True, blank=True)

    class Meta:
        verbose_name = _("report subscription")
        verbose_name_plural = _("report subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["person", "workspace"], name="one_report_per_place"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(workspace__isnull=True),
                name="one_report_of_the_instance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.frequency}"
