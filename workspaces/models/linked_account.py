"""Linked accounts: accounts at identity providers, by which people sign in."""

import uuid

from django.conf import settings
from django.db import models


class LinkedAccount(models.Model):
    """One account at a provider. Issuer and subject name it for good; nothing else finds it.

    ``provider`` is the word of the provider in the settings when it was linked, ``label`` what the
    account was called there: both only for people to read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="linked_accounts"
    )
    provider = models.CharField(max_length=31)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    label = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "subject"), name="one_person_per_account"),
            models.UniqueConstraint(fields=("person", "issuer"), name="one_account_per_issuer"),
        )

    def __str__(self) -> str:
        return f"{self.label or self.subject} ({self.provider})"
