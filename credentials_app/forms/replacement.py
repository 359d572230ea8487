"""The form of a new secret for a stored credential."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.credential_fields import values_of
from credentials_app.forms.detection import detect_from_fields
from credentials_app.forms.error_messages import NEEDED, too_often
from credentials_app.forms.fields import ExpiryDateField, SecretField, obey_use_anyway
from credentials_app.forms.token_patterns import TELLING
from credentials_app.models import Credential, Trial
from credentials_app.presentation.messages import text_of
from credentials_app.services.errors import AskedTooOften, SecretNeeded
from credentials_app.services.replacement import NewSecret
from workspaces.plain_form import PlainForm
from workspaces.rights.refusals import Refusal


class ReplaceForm(PlainForm):
    """The new secret, its end, and whether the old one has leaked; in the provider's words.

    With a ``trial`` of an earlier attempt the secret may be left empty: the trial has it.
    """

    shapes = TELLING
    secret = SecretField()
    expires_on = ExpiryDateField()
    leaked = forms.BooleanField(
        label=_("Replace as leaked: keep no copy of the old one"), required=False
    )

    def __init__(
        self, credential: Credential, data: Any = None, *, trial: Trial | None = None
    ) -> None:
        initial = {"expires_on": trial.expires_on, "leaked": trial.leaked} if trial else None
        super().__init__(data, initial=initial)
        obey_use_anyway(self.fields["secret"], data)
        self.trial = trial
        typed = data.get("secret", "") if data else ""
        stored = values_of(credential)
        self.found = detect_from_fields({**stored, "secret": typed}, earlier=(trial, credential))
        provider, field = self.found.provider, self.fields["secret"]
        field.label, field.help_text = provider.secret_label, provider.secret_help
        field.widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Without a trial a secret is needed, and one that can never work is refused."""
        values = self.cleaned_data
        if not values.get("secret") and "secret" not in self.errors and self.trial is None:
            self.add_error("secret", NEEDED)
        if values.get("secret") and self.found.hopeless:
            self.add_error("secret", text_of(self.found.hopeless))
        return values

    def new_secret(self) -> NewSecret:
        """The values of a valid form."""
        values = self.cleaned_data
        paste = values["secret"]
        return NewSecret(
            secret=paste.secret if paste else None,
            expires_on=values["expires_on"],
            leaked=values["leaked"],
        )

    def refuse(self, refusal: Refusal) -> None:
        """Put the words of a refused action at its field."""
        match refusal:
            case AskedTooOften():
                self.add_error(None, too_often(refusal, timezone.now()))
            case SecretNeeded():
                self.add_error("secret", NEEDED)
            case _:
                self.add_error(None, gettext(refusal.words))
