"""The form that snoozes the notices of a credential."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials_app.notices.muting import SNOOZES
from workspaces.plain_form import PlainForm

SNOOZE_CHOICES = [(days, ngettext("%d day", "%d days", days) % days) for days in SNOOZES]


class SnoozeForm(PlainForm):
    """A number of days from a short list."""

    days = forms.TypedChoiceField(
        label=_("Snooze for"),
        coerce=int,
        choices=SNOOZE_CHOICES,
        initial=SNOOZES[-2],
    )
