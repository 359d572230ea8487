"""Ready values for pages: how often credentials are looked at, and when people are reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.durations import in_one_unit
from credentials_app.presentation.durations import count_in_words
from credentials_app.schedule import HasSchedule, interval_of, thresholds_of

WHOSE: dict[str, Promise] = {
    "credential": gettext_lazy("set for this credential"),
    "workspace": gettext_lazy("set for the workspace"),
    "instance": gettext_lazy("as everywhere here"),
}


@dataclass(frozen=True)
class ScheduleView:
    """An interval and the days of reminders in words, each with who says so."""

    every: str
    every_by: Promise
    reminders: str
    reminders_by: Promise


@dataclass(frozen=True)
class Inherit:
    """Says nothing: what holds then is what the others say."""

    check_every: timedelta | None = None
    remind_before: None = None


INHERIT = Inherit()


def schedule_view(rule: HasSchedule | None, row: HasSchedule | None = None) -> ScheduleView:
    """What holds for a credential, or for those of a workspace that say nothing themselves."""
    own = row or INHERIT
    return ScheduleView(
        every=interval_words(interval_of(own, rule)),
        every_by=_whose(own, rule, "check_every"),
        reminders=reminder_words(thresholds_of(own, rule)),
        reminders_by=_whose(own, rule, "remind_before"),
    )


def interval_words(span: timedelta) -> str:
    """The time between two looks, such as: 12 hours."""
    return count_in_words(*in_one_unit(span))


def reminder_words(days: Sequence[int]) -> str:
    """When people are reminded, such as: 7 and 1 days before, and on the last day."""
    before = [str(day) for day in days if day]
    told = []
    if before:
        listed = _(" and ").join(filter(None, [", ".join(before[:-1]), before[-1]]))
        plain = ngettext("%(days)s day before", "%(days)s days before", int(before[0]))
        told.append(plain % {"days": listed})
    if 0 in days:
        told.append(_("on the last day"))
    return _(", and ").join(told) or _("never")


def _whose(row: HasSchedule, rule: HasSchedule | None, column: str) -> Promise:
    if getattr(row, column) is not None:
        return WHOSE["credential"]
    return WHOSE["workspace" if getattr(rule, column, None) is not None else "instance"]
