"""The forms that delete credentials and bring them back: a name or a number, typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials_app.models import NAME_MESSAGE, NAME_PATTERN, Credential
from credentials_app.services.errors import NameTaken, NumberChanged
from workspaces.plain_form import PlainForm

TYPED = {"autocomplete": "off", "spellcheck": "false", "class": "mono"}


class DeletionForm(PlainForm):
    """Asks for the exact name, so that nobody deletes a credential by accident."""

    name = forms.CharField(
        label=_("Type its name to delete it"),
        error_messages={"required": _("Type the name of the credential.")},
        widget=forms.TextInput(attrs=TYPED),
    )
    for_good = forms.BooleanField(label=_("Delete it for good now: keep nothing"), required=False)

    def __init__(self, credential: Credential, data: Any = None) -> None:
        super().__init__(data)
        self.credential = credential

    def clean_name(self) -> str:
        """The exact name, with its capitals."""
        name: str = self.cleaned_data["name"]
        if name != self.credential.name:
            raise ValidationError(_("This is not its name: nothing was deleted."))
        return name


class ManyDeletionForm(PlainForm):
    """Asks for the number of the selected credentials."""

    number = forms.IntegerField(
        label=_("Type their number to delete them"),
        error_messages={
            "required": _("Type the number of the selected credentials."),
            "invalid": _("Type the number in digits."),
        },
        widget=forms.TextInput(attrs={**TYPED, "inputmode": "numeric"}),
    )

    def refuse(self, refusal: NumberChanged) -> None:
        """Show why nothing was deleted."""
        self.add_error("number", str(refusal.words))


class RestoreForm(PlainForm):
    """Asks for another name, because a living credential has the old one."""

    name = forms.RegexField(
        NAME_PATTERN,
        label=_("Its new name"),
        max_length=100,
        error_messages={
            "required": _("Type a name for the credential."),
            "invalid": NAME_MESSAGE,
        },
        widget=forms.TextInput(attrs=TYPED),
    )

    def refuse(self, refusal: NameTaken) -> None:
        """Show that this name is taken, too."""
        self.add_error("name", str(refusal.words))
