"""allauth's forms in our words."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm

ADDRESS = "E-mail address"


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """The address and the password; the way to a new password stands below the card."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS
        self.fields["password"].help_text = ""
        _without_placeholders(self)


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """The address that a link for a new password goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS
        _without_placeholders(self)


def _without_placeholders(form: Any) -> None:
    """A placeholder that repeats the label is noise, and is gone when it is needed."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
