"""The checker's signs of life: the worker writes them, the web process reads them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckerWatch(models.Model):
    """One row. ``stopped_since`` is set while the checker seems to have stopped.

    ``watched_until`` is the lease of the web process that watches. ``watched_since`` is the time
    since when one has watched without a gap: silence before that does not count. ``told_at`` is
    when administrators were notified of this stop. ``thinned_until`` is the first day of which
    every check run is kept. ``interval`` is the instance's interval that the schedule follows.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    swept_at = models.DateTimeField(_("last sweep"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last check recorded"), null=True, blank=True)
    stopped_since = models.DateTimeField(_("stopped since"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    watched_since = models.DateTimeField(null=True, blank=True)
    watched_until = models.DateTimeField(null=True, blank=True)
    thinned_until = models.DateField(_("every check kept since"), null=True, blank=True)
    interval = models.DurationField(null=True, blank=True)

    class Meta:
        verbose_name = _("checker watch")
        verbose_name_plural = _("checker watch")
        constraints = [
            models.CheckConstraint(name="one_checker_watch", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return "the checker"
