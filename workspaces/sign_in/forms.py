"""The forms of allauth with our labels."""

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)

from workspaces.sign_in.adapter import HOW_LONG
from workspaces.time_zones import BrowserZoneField

ADDRESS = "E-mail address"


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail address and password. The page has the link for a forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """The e-mail address for a link to set a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS
        _without_placeholders(self)


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """The fields of allauth, and the time zone of the browser."""

    time_zone = BrowserZoneField()


class NewAddressForm(AddEmailForm):  # type: ignore[misc]  # allauth has no types
    """Another e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS
        _without_placeholders(self)


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """The current password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        _name_new_password(self)


class ResetForm(ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    """A new password twice, after a link for a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new_password(self)


def _name_new_password(form: Any) -> None:
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = HOW_LONG
    form.fields["password2"].label = "New password again"
    _without_placeholders(form)


def _without_placeholders(form: Any) -> None:
    """Remove the placeholders: they repeat the labels, and disappear when a person types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
