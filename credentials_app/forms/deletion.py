"""The form that deletes a credential: its name, typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Credential
from workspaces.plain_form import PlainForm


class DeletionForm(PlainForm):
    """Asks for the exact name, so that nobody deletes a credential by accident."""

    name = forms.CharField(
        label=_("Type its name to delete it"),
        error_messages={"required": _("Type the name of the credential.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}
        ),
    )

    def __init__(self, credential: Credential, data: Any = None) -> None:
        super().__init__(data)
        self.credential = credential

    def clean_name(self) -> str:
        """The exact name, with its capitals."""
        name: str = self.cleaned_data["name"]
        if name != self.credential.name:
            raise ValidationError(_("This is not its name: nothing was deleted."))
        return name
