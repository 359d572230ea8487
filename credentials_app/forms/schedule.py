"""Fields for the interval of checks (12h), the thresholds of reminders (30, 7, 1), the time that a
replaced secret is kept (72h), and notices of new addresses."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.durations import NoDuration, read_duration, write_duration
from credentials_app.forms.fields import NO_HELP_FROM_BROWSERS
from credentials_app.models import WorkspaceRule
from credentials_app.models.workspace_rule import LONGEST_GRACE
from credentials_app.schedule import LAST_DAY, is_polite, thresholds
from workspaces.plain_form import PlainForm

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

NEVER = "none"
NO_INTERVAL = _("Write a number of minutes, hours or days, such as 45m, 12h or 7d.")
IMPOLITE = _("At least 15 minutes and at most 30 days: registries count how often they are asked.")
NO_DAYS = _("Write whole days parted by commas, such as 30, 7, 1. 0 is the last day itself.")
NO_GRACE = _("Write a number of hours or days, such as 72h or 7d, or 0 to keep nothing.")
TOO_LONG = _("At most 30 days: a replaced secret should not be kept for long.")
TOO_EARLY = _("A reminder comes at most 365 days before the end.")


class DurationField(forms.CharField):
    """A time such as 12h; returns a timedelta, or None if empty (inherited). ``wrong``: the
    sentence about text that is no such time."""

    def __init__(
        self, *, label: "StrOrPromise", help_text: "StrOrPromise", wrong: "StrOrPromise"
    ) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=30,
            error_messages={"max_length": wrong},
            widget=forms.TextInput(attrs=NO_HELP_FROM_BROWSERS),
        )
        self.wrong = wrong

    def prepare_value(self, value: Any) -> Any:
        return write_duration(value) if isinstance(value, timedelta) else value

    def clean(self, value: Any) -> timedelta | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_duration(text)
        except NoDuration:
            raise ValidationError(self.wrong) from None


class IntervalField(DurationField):
    """A time between two checks."""

    def __init__(self) -> None:
        label, help_text = _("Check every"), _("Such as 45m, 12h or 7d.")
        super().__init__(label=label, help_text=help_text, wrong=NO_INTERVAL)

    def clean(self, value: Any) -> timedelta | None:
        interval = super().clean(value)
        if interval is not None and not is_polite(interval):
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


class GraceField(DurationField):
    """How long a replaced secret is kept; zero: not at all."""

    def __init__(self) -> None:
        label, help_text = _("Keep a replaced secret for"), _("Such as 72h or 7d; 0 keeps nothing.")
        super().__init__(label=label, help_text=help_text, wrong=NO_GRACE)

    def prepare_value(self, value: Any) -> Any:
        return "0" if value == timedelta(0) else super().prepare_value(value)

    def clean(self, value: Any) -> timedelta | None:
        if isinstance(value, str) and value.strip() == "0":
            return timedelta(0)
        grace = super().clean(value)
        if grace is not None and grace > LONGEST_GRACE:
            raise ValidationError(TOO_LONG)
        return grace


class ScheduleForm(PlainForm):
    """All fields, for a whole workspace."""

    check_every = IntervalField()
    remind_before = ThresholdsField()
    keep_former = GraceField()
    tell_new_address = forms.BooleanField(
        label=_("Send a notice when a secret is used from a new address"),
        help_text=_(
            "Only where the provider lists addresses, as GitLab does for access tokens. Of the "
            "people who get notices about the credential, maintainers, admins and owners get it."
        ),
        required=False,
    )

    def __init__(self, data: Any = None, *, rule: WorkspaceRule | None) -> None:
        names = ("check_every", "remind_before", "keep_former", "tell_new_address")
        super().__init__(data, initial={name: getattr(rule, name, None) for name in names})
