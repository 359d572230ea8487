"""The form for the frequency of a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Frequency
from workspaces.plain_form import PlainForm


class ReportForm(PlainForm):
    """One select."""

    frequency = forms.ChoiceField(label=_("Send it to me"), choices=Frequency.choices)

    @property
    def chosen(self) -> Frequency:
        """The frequency."""
        return Frequency(self.cleaned_data["frequency"])
