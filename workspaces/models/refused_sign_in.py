"""Refused sign-ins: counted by account, client and hour, and deleted after a time."""

from django.conf import settings
from django.db import models


class RefusedSignIn(models.Model):
    """How often one client failed to sign in to one account within an hour.

    ``person`` None: there is no such account. What was typed is not stored, because people
    sometimes type their password into the field of the address. No audit event: strangers can cause
    as many as they like, and audit events stay for ever.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    network = models.CharField(max_length=49)
    hour = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-last_at", "-pk")
        verbose_name = "refused sign-in"
        verbose_name_plural = "refused sign-ins"
        indexes = (models.Index(fields=("hour", "network"), name="refused_in_hour"),)

    def __str__(self) -> str:
        return f"{self.person or 'no account'} from {self.network}"
