"""The form that confirms a sign-in host."""

from django import forms
from django.core.exceptions import ValidationError

from credentials_app.forms.fields import SecretField
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin


class ConfirmSignInForm(forms.Form):
    """Which host was asked about, and the password where it is asked for again."""

    host = forms.CharField(widget=forms.HiddenInput, max_length=300)
    secret = SecretField()

    def clean_host(self) -> Origin:
        """The origin as the page had it."""
        try:
            return Origin.parse(self.cleaned_data["host"])
        except AddressError as error:
            raise ValidationError(error.message.text()) from None
