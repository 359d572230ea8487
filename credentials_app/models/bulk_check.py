"""A check of many credentials that a person asked for, and its progress."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential


class BulkCheck(models.Model):
    """``total`` credentials were made due; ``left_alone`` were paused or had a final status."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), editable=False)
    total = models.PositiveIntegerField(editable=False)
    left_alone = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("check of many")
        verbose_name_plural = _("checks of many")
        indexes = [models.Index(fields=["workspace", "-asked_at"], name="bulk_check_newest")]

    @property
    def left(self) -> int:
        """The number of open entries; 0 unless the query counted them (``with_left``)."""
        counted: int = getattr(self, "still_open", 0)
        return counted

    @property
    def done(self) -> int:
        """The number of closed entries."""
        return self.total - self.left

    def __str__(self) -> str:
        return f"{self.total} at {self.asked_at:%Y-%m-%d %H:%M}"


class BulkCheckEntry(models.Model):
    """One of its credentials; ``outcome`` is that of the first check since then."""

    bulk_check = models.ForeignKey(BulkCheck, on_delete=models.CASCADE, related_name="entries")
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=30, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entry of a check of many")
        verbose_name_plural = _("entries of a check of many")
        constraints = [
            models.UniqueConstraint(fields=["bulk_check", "credential"], name="bulk_check_once")
        ]
        indexes = [
            models.Index(
                fields=["credential"], name="bulk_check_open", condition=Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["bulk_check"], name="bulk_check_left", condition=Q(done_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id}: {self.outcome}"
