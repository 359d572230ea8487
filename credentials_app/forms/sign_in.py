"""The form that confirms a sign-in host."""

from django import forms
from django.core.exceptions import ValidationError

from credentials_app.forms.fields import SecretField
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from workspaces.plain_form import PlainForm


class ConfirmSignInForm(PlainForm):
    """The host that the check asked about, and the password if it is needed again."""

    host = forms.CharField(widget=forms.HiddenInput, max_length=300)
    secret = SecretField()

    def clean_host(self) -> Origin:
        """The host as an origin."""
        try:
            return Origin.parse(self.cleaned_data["host"])
        except AddressError as error:
            raise ValidationError(error.message.text()) from None
