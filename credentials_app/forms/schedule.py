"""Fields for the interval of checks (12h) and the thresholds of reminders (30, 7, 1)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.durations import NoDuration, read_duration, write_duration
from credentials_app.forms.fields import NO_HELP_FROM_BROWSERS
from credentials_app.models import WorkspaceRule
from credentials_app.schedule import LAST_DAY, is_polite, thresholds
from workspaces.plain_form import PlainForm

NEVER = "none"
NO_INTERVAL = _("Write a number of minutes, hours or days, such as 45m, 12h or 7d.")
IMPOLITE = _("At least 15 minutes and at most 30 days: registries count how often they are asked.")
NO_DAYS = _("Write whole days parted by commas, such as 30, 7, 1. 0 is the last day itself.")
TOO_EARLY = _("A reminder comes at most 365 days before the end.")


class IntervalField(forms.CharField):
    """A time between two checks; returns a timedelta, or None if empty (inherited)."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Check every"),
            help_text=_("Such as 45m, 12h or 7d."),
            required=False,
            max_length=30,
            error_messages={"max_length": NO_INTERVAL},
            widget=forms.TextInput(attrs=NO_HELP_FROM_BROWSERS),
        )

    def prepare_value(self, value: Any) -> Any:
        return write_duration(value) if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            interval = read_duration(text)
        except NoDuration:
            raise ValidationError(NO_INTERVAL) from None
        if not is_polite(interval):
            raise ValidationError(IMPOLITE)
        return interval


class ThresholdsField(forms.CharField):
    """Days before the end; returns them, the longest first, or None if empty (inherited)."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Remind before the end, in days"),
            help_text=_("Such as 30, 7, 1; 0 is the last day, none is never."),
            required=False,
            max_length=200,
            error_messages={"max_length": NO_DAYS},
            widget=forms.TextInput(attrs=NO_HELP_FROM_BROWSERS),
        )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) or NEVER if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[int] | None:
        text = super().clean(value)
        if not text:
            return None
        if text.casefold() == NEVER:
            return []
        parts = text.replace(",", " ").split()
        if not parts or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValidationError(NO_DAYS)
        days = [int(part) for part in parts]
        if max(days) > LAST_DAY:
            raise ValidationError(TOO_EARLY)
        return list(thresholds(days))


class ScheduleForm(PlainForm):
    """Both fields, for a whole workspace."""

    check_every = IntervalField()
    remind_before = ThresholdsField()

    def __init__(self, data: Any = None, *, rule: WorkspaceRule | None) -> None:
        names = ("check_every", "remind_before")
        super().__init__(data, initial={name: getattr(rule, name, None) for name in names})
