"""The fields of a credential in the order of the page, and its stored values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.fields import (
    ExpiryDateField,
    NameField,
    SecretField,
    ServerField,
    UserNameField,
)
from credentials_app.forms.provider_select import ProviderSelect, choices
from credentials_app.forms.schedule import IntervalField, ThresholdsField
from credentials_app.forms.tags_field import TagsField
from credentials_app.models import Credential, tags_of
from registry.providers import GENERIC
from workspaces.plain_form import PlainForm

PULL, PUSH = "pull", "push"
SHOWN = (
    "name",
    "provider",
    "username",
    "repository",
    "expires_on",
    "owner",
    "notes",
    "check_every",
    "remind_before",
)


class CredentialFields(PlainForm):
    """Provider, server, login, need and name; then what few logins need at first."""

    provider = forms.ChoiceField(
        label=_("Provider"),
        choices=choices,
        initial=GENERIC.slug,
        widget=ProviderSelect,
        error_messages={"invalid_choice": _("Choose a provider from the list.")},
    )
    server = ServerField()
    username = UserNameField()
    secret = SecretField()
    need = forms.ChoiceField(
        label=_("Needed for"),
        choices=[(PULL, _("Pull")), (PUSH, _("Pull and push"))],
        initial=PULL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is needed for.")},
    )
    name = NameField()
    repository = forms.CharField(
        label=_("Repository"),
        required=False,
        help_text=_("With one named, its access is checked too, not only the login."),
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    expires_on = ExpiryDateField()
    tags = TagsField(required=False)
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=4000,
        help_text=_("Who uses it, where it was made. Everybody in the workspace reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Notes have at most 4,000 characters: shorten them.")},
    )

    check_every = IntervalField()
    remind_before = ThresholdsField()


def values_of(credential: Credential) -> dict[str, Any]:
    """The stored values for the fields; never the secret."""
    values = {column: getattr(credential, column) for column in SHOWN}
    origin = credential.origin
    server = origin.netloc if origin.is_https else str(origin)
    need, tags = PUSH if credential.push else PULL, ", ".join(tags_of(credential))
    return {**values, "server": server, "need": need, "tags": tags}
