"""The forms that take the code of a second factor: at the sign-in, and to confirm who it is."""

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from django import forms
from django.core.exceptions import ValidationError

from common.crypto import CannotOpen
from workspaces.audit import Caller
from workspaces.plain_form import PlainForm
from workspaces.sign_in import factors
from workspaces.sign_in.refused import count_refused

NOT_THIS = "This code is not right, or it was used already. Wait for the next one."
CANNOT_OPEN = (
    "No code can be checked: the sealing key of your second factor is missing. Tell an "
    "administrator of this Lockkeeper."
)
CODE = {"inputmode": "text", "autocomplete": "one-time-code", "autocapitalize": "off"}


def code_field(help_text: str) -> forms.CharField:
    """A field for a code of an app, or a recovery code."""
    widget = forms.TextInput(attrs={**CODE, "spellcheck": "false"})
    return forms.CharField(label="Code", max_length=20, widget=widget, help_text=help_text)


class _TakesCode:
    """Checks a code by our rule: each works once, also in another process."""

    user: Any
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "Six digits from your authenticator app, or one of your recovery codes."
        self.fields["code"] = code_field(words)

    def clean_code(self) -> str:
        forget = check_rate_limit(self.user)
        code, caller = str(self.cleaned_data["code"]), Caller.of(context.request)
        try:
            found = factors.take_code(self.user, code, caller=caller)
        except CannotOpen:
            raise ValidationError(CANNOT_OPEN) from None
        if found is None:
            count_refused(self.user, caller.address)
            raise ValidationError(NOT_THIS)
        found.user = self.user
        self.authenticator = found
        forget()
        return code


class SecondStepForm(_TakesCode, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second step of a sign-in. It may be spared in this browser, but for administrators."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.user.is_staff:
            self.fields["remember"] = forms.BooleanField(
                label="Do not ask again in this browser for 30 days", required=False
            )

    def save(self) -> None:
        """Take the code, and note on the request what was chosen."""
        super().save()
        context.request.remember_browser = bool(self.cleaned_data.get("remember"))


class ConfirmByCodeForm(_TakesCode, ReauthenticateForm):  # type: ignore[misc]  # the same
    """A code in place of the password, before what matters most."""


class NewAppForm(PlainForm):
    """The first code of an app that is added."""

    code = code_field("The six digits that the app shows now.")
