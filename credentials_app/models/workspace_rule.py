"""What a workspace says about checking and reminding; where it says nothing, the instance does."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkspaceRule(models.Model):
    """``check_every`` None and ``remind_before`` None (days before the end): as the instance."""

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
    changed_at = models.DateTimeField(_("changed"), editable=False)
    changed_by = models.CharField(_("changed by"), max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("workspace rule")
        verbose_name_plural = _("workspace rules")

    def __str__(self) -> str:
        return str(self.workspace)
