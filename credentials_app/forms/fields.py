"""Form fields for names, servers, secrets, user names and ends; each error has its own sentence."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials_app.models import NAME_MESSAGE, NAME_PATTERN
from credentials_app.presentation.messages import text_of
from registry.addresses.hosts import AddressError
from registry.addresses.server import Server, parse_server
from registry.secret_kinds.doubts import split_auth
from registry.secret_kinds.paste import Paste, PasteError, read_paste

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
NO_HELP_FROM_BROWSERS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class NameField(forms.CharField):
    """A credential's name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Name"),
            help_text=_("Letters, digits, - and _. How you and your pipelines call it."),
            error_messages={"required": _("Give it a name.")},
            widget=forms.TextInput(attrs={**NO_HELP_FROM_BROWSERS, "maxlength": 100}),
            **kwargs,
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > 100:
            raise ValidationError(_("A name has at most 100 characters: shorten it."))
        if re.search(r"\s", value):
            raise ValidationError(_("There is a space in the name: use - or _ instead."))
        if not re.fullmatch(NAME_PATTERN, value):
            raise ValidationError(NAME_MESSAGE)


def problem_of_name(name: str) -> str:
    """The first sentence about what is wrong with a name; empty if nothing is."""
    try:
        NameField().clean(name)
    except ValidationError as error:
        return error.messages[0]
    return ""


class ServerField(forms.CharField):
    """A registry server; returns a :class:`Server`. The form decides about http."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**NO_HELP_FROM_BROWSERS, "class": "mono", "inputmode": "url"}
        super().__init__(
            label=_("Registry server"), widget=forms.TextInput(attrs=attrs), strip=False, **kwargs
        )

    def clean(self, value: str | None) -> Server:
        try:
            server = parse_server(value or "", allow_http=True)
        except AddressError as error:
            raise ValidationError(text_of(error.message)) from None
        if server.path:
            raise ValidationError(
                _(
                    "Leave “/%(path)s” out: only the server itself belongs here. "
                    "A repository has a field of its own."
                )
                % {"path": server.path[:100]}
            )
        return server

    def to_python(self, value: Any) -> Any:
        return value


class SecretField(forms.Field):
    """A password that is never shown again; returns a Paste, or None if empty.

    ``anyway``: a person says that a doubtful text is the password. ``doubt``: the key of the doubt
    for which the text was refused, so that the page offers to use it; else empty.
    """

    anyway = False
    doubt = ""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {**NO_HELP_FROM_BROWSERS, "autocomplete": "new-password"}
        super().__init__(
            required=False,
            label=_("Password"),
            widget=forms.PasswordInput(attrs=attrs, render_value=False),
            **kwargs,
        )

    def to_python(self, value: Any) -> Paste | None:
        if not value:
            return None
        try:
            return read_paste(str(value), anyway=self.anyway)
        except PasteError as error:
            self.doubt = error.message.key if error.is_doubt else ""
            raise ValidationError(text_of(error.message)) from None


def split_as_asked(data: Any) -> Any:
    """The form's data with the user name and password of an `auth` field, if it says to split it.

    The password that it held is read again by its own field, like one that was pasted alone.
    """
    pair = split_auth(str(data.get("secret", "")).strip()) if data and data.get("split") else None
    if pair is None:
        return data
    filled = data.copy()
    filled["username"], filled["secret"] = pair
    return filled


def obey_use_anyway(field: forms.Field, data: Mapping[str, Any] | None) -> None:
    """Let the field take a doubtful password if the sent form says so."""
    if isinstance(field, SecretField):
        field.anyway = bool(data and data.get("use_anyway"))


class UserNameField(forms.CharField):
    """A user name as the registry knows it: case-sensitive, no colon, nothing invisible."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("User name"),
            max_length=500,
            error_messages={
                "required": _("Type the user name that goes with the password."),
                "max_length": _("A user name has at most 500 characters here: shorten it."),
            },
            widget=forms.TextInput(attrs={**NO_HELP_FROM_BROWSERS, "class": "mono"}),
            **kwargs,
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if ":" in value:
            raise ValidationError(_("A user name holds no colon: type only what stands before it."))
        if not value.isprintable():
            raise ValidationError(
                _("There is an invisible character or line break in the user name: type it again.")
            )


class ExpiryDateField(forms.DateField):
    """The day on which a secret ends, as a person knows it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Expiry date"),
            required=False,
            input_formats=["%Y-%m-%d"],
            help_text=_("For when the registry cannot tell. It ends as this day begins (UTC)."),
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={
                "invalid": _("Write the date as year-month-day, for example 2027-03-31.")
            },
        )

    def clean(self, value: Any) -> date | None:
        """Refuse a year that must be a typing error."""
        day: date | None = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(
                _("Look at the year again: an end date is between 2000 and 2199.")
            )
        return day
