"""A change of a credential's status; notices, history and reports read it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.check_run import CheckRun
from credentials_app.models.credential import Credential, OfLiving
from credentials_app.status import Notify, Status


class StatusChange(models.Model):
    """``why`` is an outcome, or an action: replaced, brought_back, edited,
    paused, resumed.

    ``tell`` says if people get notices about it; ``told_at`` is when the notices were made.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="changes")
    run = models.ForeignKey(
        CheckRun, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    old = models.CharField(max_length=20, choices=Status.choices)
    new = models.CharField(max_length=20, choices=Status.choices)
    at = models.DateTimeField(_("when"))
    why = models.CharField(max_length=30)
    tell = models.CharField(
        max_length=10, choices=Notify.choices, blank=True, default=Notify.NOBODY
    )
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OfLiving()
    every = models.Manager()

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        indexes = [
            models.Index(fields=["credential", "-at"], name="status_change_newest"),
            models.Index(
                fields=["at"],
                name="status_change_untold",
                condition=Q(told_at__isnull=True) & ~Q(tell=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
