"""A person's preference for the notices of one workspace."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """When notices are mailed."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, in one mail")
    EXPIRY = "expiry", _("Nothing but what is about to end")
    NOTHING = "nothing", _("Nothing")


class Audience(models.TextChoices):
    """About which credentials a person gets notices."""

    BY_ROLE = "", _("What my role suggests")
    OWN = "own", _("Those that I own")
    ALL = "all", _("All of the workspace")


class NoticePreference(models.Model):
    """Without a row: at once; owners and admins about all credentials, others about their own."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    pace = models.CharField(
        _("pace"), max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE
    )
    reach = models.CharField(
        _("about"), max_length=5, choices=Audience.choices, blank=True, default=Audience.BY_ROLE
    )
    changed_at = models.DateTimeField(_("changed"), editable=False)

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        constraints = [
            models.UniqueConstraint(fields=["person", "workspace"], name="one_preference_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.pace}"
