"""The models of the common tools: the outbox of mails, the seal checks, the pause of a restore."""

import uuid

from django.db import models

from common.fields import SealedField
from common.restore_pause import RestorePause
from common.seal_check import SealCheck

__all__ = ["MailCause", "OutgoingMail", "RestorePause", "SealCheck"]


class MailCause(models.TextChoices):
    """Who causes a mail. Each cause has limits of its own for a recipient."""

    NEWS = "news", "the recipient, or what the recipient subscribed to"
    STRANGER = "stranger", "anybody who types the address, without a sign-in"
    INVITATION = "invitation", "a person of another workspace"


class OutgoingMail(models.Model):
    """One mail to one address. The database has the mail; a task of the queue may be lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField()
    recipient = models.CharField(max_length=254, blank=True, db_default="")
    cause = models.CharField(max_length=10, choices=MailCause.choices, db_default=MailCause.NEWS)
    subject = models.CharField(max_length=200)
    # The text may contain a link that grants access: it is sealed until it is sent, then deleted.
    body = SealedField(null=True)
    message_id = models.CharField(max_length=200, unique=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("not_before",),
                condition=models.Q(sent_at=None, failed_at=None),
                name="mail_waiting",
            ),
            models.Index(
                fields=("recipient", "sent_at"),
                condition=~models.Q(recipient=""),
                name="mail_to_recipient",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
