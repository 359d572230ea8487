"""Deleted rows: they stay for some days, and no query finds them unless it says so."""

from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from django.db import models

KEPT_FOR = timedelta(days=7)
"""How long a deleted row can be brought back."""
Row = TypeVar("Row", bound=models.Model)


class Living(models.Manager[Row]):
    """The rows that nobody has deleted. It is the default manager, so that pages, mails, tasks and
    the admin use it; ``every`` beside it is for the bin and the purge."""

    column: ClassVar[str] = "deleted_at"

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().filter(**{self.column: None})


def purged_at(deleted_at: datetime) -> datetime:
    """The moment from which a deleted row is no longer kept."""
    return deleted_at + KEPT_FOR
