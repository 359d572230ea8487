"""The forms of allauth with our labels."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm, SignupForm

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


def _without_placeholders(form: Any) -> None:
    """Remove the placeholders: they repeat the labels, and disappear when a person types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
