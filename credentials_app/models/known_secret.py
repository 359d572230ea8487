"""Secrets that somebody who left knew: each is to be replaced, or settled by a person."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential, OfLiving


class KnownSecret(models.Model):
    """One credential on the list of one leaver.

    It is open while the credential has a version of the secret that the leaver may know, nobody
    has settled it, and the leaver is not back: see :data:`IS_OPEN`. ``owned``, ``stored`` and
    ``opened`` say why it is on the list; ``opened_at``: when the leaver opened it last, by a
    page or by a token of theirs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    departure = models.ForeignKey(
        "workspaces.Departure", on_delete=models.CASCADE, related_name="+", editable=False
    )
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, related_name="known_by", editable=False
    )
    left_at = models.DateTimeField(editable=False)
    owned = models.BooleanField(default=False, editable=False)
    stored = models.BooleanField(default=False, editable=False)
    opened = models.BooleanField(default=False, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    known_version = models.PositiveIntegerField(editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.CharField(max_length=254, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    objects = OfLiving()
    every = models.Manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "-left_at", "id"],
                name="known_secret_of_workspace",
                condition=Q(settled_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["departure", "credential"], name="known_secret_once"),
        ]

    def __str__(self) -> str:
        return f"{self.credential} known to {self.departure}"


IS_OPEN = Q(
    settled_at=None,
    departure__returned_at=None,
    credential__secret_version__lte=F("known_version"),
)
"""What is still to be replaced or settled."""
