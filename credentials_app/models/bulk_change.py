"""A change of many credentials by one person, and what it takes to undo it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkChange(models.Model):
    """``before`` and ``after`` hold the changed columns of each credential, by its key.

    ``undone_at`` is when its person took it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"))
    action = models.CharField(max_length=20)
    before: "models.JSONField[Any, Any]" = models.JSONField()
    after: "models.JSONField[Any, Any]" = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("change of many")
        verbose_name_plural = _("changes of many")
        indexes = [models.Index(fields=["at"], name="bulk_change_oldest")]

    def __str__(self) -> str:
        return f"{self.action}: {len(self.before)}"
