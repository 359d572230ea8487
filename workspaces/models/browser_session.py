"""Browser sessions: which browser a person used, and which session belongs to it."""

import uuid

from django.conf import settings
from django.db import models


class BrowserSession(models.Model):
    """One browser in which a person is signed in.

    ``row_key`` is the key of the row in the session table: a hash of the cookie, which signs
    nobody in. ``agent`` is what the browser called itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="browser_sessions"
    )
    row_key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-seen_at", "id")

    def __str__(self) -> str:
        return f"{self.person} since {self.created_at:%Y-%m-%d}"
