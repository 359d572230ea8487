"""The fields of the pages about people and places, and what is said about each of them."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from workspaces.models import User
from workspaces.models.places import slug_shape
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import Refused
from workspaces.rights.roles import may_give
from workspaces.sign_in.adapter import LONGEST_ADDRESS

TAKEN_BY_PAGES = frozenset({"add"})
LONGEST_PASSWORD = 128


def plain_line(text: str) -> None:
    """A name is one line of visible characters: it stands in mails and in the audit log."""
    if not text.isprintable():
        raise ValidationError("Use letters, digits, spaces and punctuation only.")


class Asking(forms.Form):
    """A form whose deed may be refused."""

    def refuse(self, refusal: Refused) -> None:
        """Show why a deed was not done at its field."""
        known = refusal.field in self.fields
        self.add_error(refusal.field if known else None, refusal.words)


class Named(Asking):
    """Something with a name."""

    name = forms.CharField(label="Name", max_length=100, validators=[plain_line])


class PlaceForm(Named):
    """A new organization or workspace. Without an address, one is made from the name."""

    slug = forms.CharField(
        label="Address",
        max_length=50,
        required=False,
        help_text="Small letters, digits and hyphens. It stands in links and stays as it is. "
        "Leave it empty to make it from the name.",
    )

    def clean_slug(self) -> str:
        """The typed address, or one made from the name."""
        slug = str(self.cleaned_data.get("slug") or "")
        slug = slug or slugify(str(self.cleaned_data.get("name", "")))[:50].strip("-_")
        slug = slug.replace("_", "-")
        if not slug:
            raise ValidationError("Type an address: none can be made from this name.")
        slug_shape(slug)
        if slug in TAKEN_BY_PAGES:
            raise ValidationError("This address is taken. Choose another one.")
        return slug


class PasswordField(forms.CharField):
    """A new password: long enough, not a known one, pasted freely."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        help_text = "At least 12 characters. A few words are fine."
        super().__init__(
            label="Password",
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=widget,
            help_text=help_text,
            **kwargs,
        )


class NewPerson(Named):
    """What somebody says who gets an account by a link: a name and a password."""

    password = PasswordField()

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address
        self.fields["name"].label = "Your name"
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        """The password must not resemble the name or the address."""
        data = super().clean() or self.cleaned_data
        email = str(data.get("email") or self.address)
        if "password" in data:
            try:
                validate_password(
                    data["password"], User(email=email, name=str(data.get("name", "")))
                )
            except ValidationError as problem:
                self.add_error("password", problem)
        return data


class SetUpForm(NewPerson):
    """The first account, for whoever can read the terminal."""

    code = forms.CharField(
        label="Set-up code",
        max_length=60,
        help_text="It was printed in the terminal when Lockkeeper started.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("code", "name", "email", "password")


class InviteForm(Asking):
    """An address and a role that the inviter may give."""

    email = forms.EmailField(label="E-mail address", max_length=LONGEST_ADDRESS)
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, giver: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in Role if may_give(giver, role)]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices
        field.initial = Role.VIEWER.value


class RoleForm(forms.Form):
    """Another role for a participant."""

    role = forms.ChoiceField(choices=Role.choices)


class OrganizationRoleForm(forms.Form):
    """Another role for a member of an organization."""

    role = forms.ChoiceField(choices=OrganizationRole.choices)


class ProfileForm(Named):
    """How somebody is called, and the clock they read by."""

    time_zone = forms.ChoiceField(label="Time zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(name, name) for name in sorted(zoneinfo.available_timezones())]
