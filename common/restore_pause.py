"""After a restore nothing is checked and no mail leaves, until an administrator continues."""

from datetime import datetime

from django.db import models
from django.db.models import Exists
from django.db.models.expressions import Combinable


class RestorePause(models.Model):
    """At most one row. ``made_at``: when the backup was made that is in use now."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    restored_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="one_pause_after_a_restore", condition=models.Q(id=1)),
        )

    def __str__(self) -> str:
        return f"restored at {self.restored_at:%Y-%m-%d %H:%M}"


def not_paused() -> Combinable:
    """A condition for the statement that claims work: it holds while there is no pause."""
    return ~Exists(RestorePause.objects.all())


def begin_pause(*, restored_at: datetime, made_at: datetime) -> None:
    """Pause checks and mails."""
    RestorePause.objects.all().delete()
    RestorePause.objects.create(restored_at=restored_at, made_at=made_at)


def current_pause() -> RestorePause | None:
    """The pause, if there is one."""
    return RestorePause.objects.first()


def end_pause() -> bool:
    """Continue with checks and mails. False: there was no pause."""
    deleted, _ = RestorePause.objects.all().delete()
    return bool(deleted)
