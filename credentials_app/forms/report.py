"""How often a report comes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Frequency


class ReportForm(forms.Form):
    """One choice."""

    frequency = forms.ChoiceField(label=_("Send it to me"), choices=Frequency.choices)

    @property
    def chosen(self) -> Frequency:
        """What the deed takes."""
        return Frequency(self.cleaned_data["frequency"])
