"""The steps of a check that a person waits for, while it runs."""

from typing import Any

from django.db import models


class CheckProgress(models.Model):
    """Exists while the check runs; ``lease`` is the lease of its row.

    ``steps`` are the steps so far, as in the evidence; ``next_step`` and ``next_to`` say what the
    check asks now, and where. ``provider`` is the one whose rules apply so far.
    """

    lease = models.UUIDField(primary_key=True, editable=False)
    steps: "models.JSONField[Any, Any]" = models.JSONField(default=list, editable=False)
    next_step = models.CharField(max_length=20, editable=False)
    next_to = models.CharField(max_length=300, editable=False)
    provider = models.CharField(max_length=50, editable=False)
    at = models.DateTimeField(db_index=True, editable=False)

    def __str__(self) -> str:
        return f"{self.next_step} at {self.next_to}"
