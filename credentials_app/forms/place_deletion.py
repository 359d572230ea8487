"""The forms that delete a workspace, an organization or an account, and bring a place back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.deletion import TYPED
from workspaces.forms import HeirsForm
from workspaces.models import Organization, User, Workspace
from workspaces.models.places import slug_shape
from workspaces.plain_form import PlainForm


class PlaceDeletionForm(PlainForm):
    """Asks for the exact name of the place."""

    name = forms.CharField(
        label=_("Type its name to delete it"),
        error_messages={"required": _("Type the name.")},
        widget=forms.TextInput(attrs={**TYPED, "class": ""}),
    )

    def __init__(self, place: Workspace | Organization, data: Any = None) -> None:
        super().__init__(data)
        self.place = place

    def clean_name(self) -> str:
        """The exact name, with its capitals."""
        name: str = self.cleaned_data["name"]
        if name != self.place.name:
            raise ValidationError(_("This is not its name: nothing was deleted."))
        return name


class PlaceRestoreForm(PlainForm):
    """Asks for another address, because a living place has the old one."""

    slug = forms.CharField(
        label=_("Its new address"),
        max_length=50,
        validators=[slug_shape],
        error_messages={"required": _("Type an address.")},
        widget=forms.TextInput(attrs=TYPED),
    )


class AccountDeletionForm(HeirsForm):
    """Asks who owns the organizations that only this person owns, and for the exact address."""

    address = forms.CharField(
        label=_("Type its e-mail address to delete it"),
        error_messages={"required": _("Type the e-mail address of the account.")},
        widget=forms.TextInput(attrs={**TYPED, "class": "", "inputmode": "email"}),
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(person, data)
        self.person = person
        self.order_fields([name for name in self.fields if name != "address"])

    def clean_address(self) -> str:
        """The address, however it is capitalized."""
        address: str = self.cleaned_data["address"]
        if address.casefold() != self.person.email.casefold():
            raise ValidationError(_("This is not its address: nothing was deleted."))
        return address
