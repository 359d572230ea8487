"""A workspace rule: the interval of checks, the thresholds of reminders, the grace time."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials_app.schedule import LONGEST, SHORTEST

IS_POLITE = models.Q(check_every__isnull=True) | models.Q(check_every__range=(SHORTEST, LONGEST))
"""Checks are neither so frequent that registries object nor so rare that they are useless."""

LONGEST_GRACE = timedelta(days=30)
IS_SHORT = models.Q(keep_former__isnull=True) | models.Q(
    keep_former__range=(timedelta(0), LONGEST_GRACE)
)
"""A replaced secret is kept for a short time only."""


class WorkspaceRule(models.Model):
    """``check_every`` None and ``remind_before`` None (days before the end): as the instance.

    ``keep_former``: how long a replaced secret is kept; zero: not at all; None: as usual.
    ``members_export``: users and maintainers may export secrets, as admins and owners always may.
    ``tell_new_address``: people who may write get a notice when a secret is used from a new one.
    """

    workspace = models.OneToOneField(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="rule",
        editable=False,
    )
    check_every = models.DurationField(_("check every"), null=True, blank=True)
    remind_before: "models.JSONField[Any, Any]" = models.JSONField(
        _("remind before the end"), null=True, blank=True
    )
    keep_former = models.DurationField(_("keep a replaced secret for"), null=True, blank=True)
    members_export = models.BooleanField(_("members may export"), default=False, db_default=False)
    tell_new_address = models.BooleanField(_("tell of new addresses"), default=False)
    changed_at = models.DateTimeField(_("changed"), editable=False)
    changed_by = models.CharField(_("changed by"), max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("workspace rule")
        verbose_name_plural = _("workspace rules")
        constraints = [
            models.CheckConstraint(name="workspace_interval_is_polite", condition=IS_POLITE),
            models.CheckConstraint(name="workspace_grace_is_short", condition=IS_SHORT),
        ]

    def __str__(self) -> str:
        return str(self.workspace)
