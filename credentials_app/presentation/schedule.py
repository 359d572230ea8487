"""Check intervals and reminders as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.durations import in_one_unit
from credentials_app.presentation.durations import count_in_words
from credentials_app.schedule import HasSchedule, interval_of, thresholds_of

SHOWN_CHECKS = 4
SET_BY: dict[str, Promise] = {
    "credential": gettext_lazy("set for this credential"),
    "workspace": gettext_lazy("set for the workspace"),
    "instance": gettext_lazy("as everywhere here"),
}


@dataclass(frozen=True)
class ScheduleView:
    """The interval and the days of the reminders in words, each with where it is set."""

    every: str
    every_by: Promise
    reminders: str
    reminders_by: Promise
    interval: timedelta

    def next_checks(self, now: datetime) -> list[datetime]:
        """When a credential that is checked now is checked again, as long as it works."""
        return [now + count * self.interval for count in range(1, SHOWN_CHECKS + 1)]


@dataclass(frozen=True)
class Inherit:
    """A schedule without values of its own."""

    check_every: timedelta | None = None
    remind_before: None = None


INHERIT = Inherit()


def schedule_view(rule: HasSchedule | None, row: HasSchedule | None = None) -> ScheduleView:
    """The schedule of a credential, or of a workspace's credentials without their own."""
    own = row or INHERIT
    return ScheduleView(
        every=interval_words(interval_of(own, rule)),
        every_by=_set_by(own, rule, "check_every"),
        reminders=reminder_words(thresholds_of(own, rule)),
        reminders_by=_set_by(own, rule, "remind_before"),
        interval=interval_of(own, rule),
    )


def interval_words(span: timedelta) -> str:
    """The time between two checks in words, such as ``12 hours``."""
    return count_in_words(*in_one_unit(span))


def grace_in_words(grace: timedelta) -> str:
    """How long a replaced secret is kept, such as ``3 days``."""
    return count_in_words(*in_one_unit(grace)) if grace else _("not at all")


def reminder_words(days: Sequence[int]) -> str:
    """The reminders in words, such as ``7 and 1 days before, and on the last day``."""
    before = [str(day) for day in days if day]
    words = []
    if before:
        listed = _(" and ").join(filter(None, [", ".join(before[:-1]), before[-1]]))
        plain = ngettext("%(days)s day before", "%(days)s days before", int(before[0]))
        words.append(plain % {"days": listed})
    if 0 in days:
        words.append(_("on the last day"))
    return _(", and ").join(words) or _("never")


def _set_by(row: HasSchedule, rule: HasSchedule | None, column: str) -> Promise:
    if getattr(row, column) is not None:
        return SET_BY["credential"]
    return SET_BY["workspace" if getattr(rule, column, None) is not None else "instance"]
