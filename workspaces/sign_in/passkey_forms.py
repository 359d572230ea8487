"""The forms that take what a browser answers about a passkey: add one, or use one."""

from typing import Any

from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as ceremony
from django import forms
from django.core.exceptions import ValidationError

from workspaces.plain_form import PlainForm

NOT_ACCEPTED = "This passkey was not accepted. Try again, or use another way."
MALFORMED = (TypeError, ValueError, KeyError, AttributeError, LookupError, ArithmeticError)
"""What the reader of a browser's answer raises when a stranger wrote the answer."""


class _UsesPasskey:
    """Says in our words that a passkey was not accepted, whatever the answer was."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # allauth's form has it
        except (ValidationError, *MALFORMED):
            raise ValidationError(NOT_ACCEPTED) from None


class SecondStepPasskeyForm(_UsesPasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """The second step of a sign-in."""


class PasskeyLoginForm(_UsesPasskey, LoginWebAuthnForm):  # type: ignore[misc]  # the same
    """A passkey as the only step."""


class ConfirmByPasskeyForm(_UsesPasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # the same
    """A passkey in place of the password, before what matters most."""


class NewPasskeyForm(PlainForm):
    """A name, and what the browser answered."""

    name = forms.CharField(
        label="Name", max_length=60, help_text="To tell it from others: “Phone”, “Blue key”."
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={"required": NOT_ACCEPTED, "invalid": NOT_ACCEPTED},
    )

    def clean_credential(self) -> Any:
        """What the browser answered, once the challenge, the host and the person are proven."""
        answer = self.cleaned_data["credential"]
        try:
            ceremony.parse_registration_response(answer)
            made = ceremony.complete_registration(answer)
        except (ValidationError, *MALFORMED):
            raise ValidationError(NOT_ACCEPTED) from None
        if not made.is_user_verified():
            raise ValidationError(NOT_ACCEPTED)
        return answer

    def _post_clean(self) -> None:
        """The answer is long random text: only the name is looked at for tokens."""
        answer = self.fields.pop("credential")
        super()._post_clean()
        self.fields["credential"] = answer
