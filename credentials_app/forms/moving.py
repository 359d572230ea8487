"""The form that moves a credential: where to, its name there, and its secret once more."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.error_messages import NEEDED
from credentials_app.forms.fields import SecretField, obey_use_anyway
from credentials_app.models import NAME_MESSAGE, NAME_PATTERN, Credential
from registry.providers import by_slug
from workspaces.models import Workspace
from workspaces.plain_form import PlainForm
from workspaces.rights.refusals import Refusal


class MoveForm(PlainForm):
    """A workspace of the list, the name there, and the secret."""

    to = forms.ChoiceField(
        label=_("Move it to"),
        error_messages={
            "required": _("Choose a workspace."),
            "invalid_choice": _("You may not add credentials to this workspace: choose another."),
        },
    )
    name = forms.RegexField(
        NAME_PATTERN,
        label=_("Name there"),
        max_length=100,
        error_messages={
            "required": _("Type a name for the credential."),
            "invalid": NAME_MESSAGE,
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = SecretField()

    def __init__(
        self, credential: Credential, places: Sequence[Workspace], data: Any = None
    ) -> None:
        super().__init__(data, initial={"name": credential.name})
        self._places = {str(place.pk): place for place in places}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101  # for the type checker
        to.choices = [("", _("Choose")), *((key, each.name) for key, each in self._places.items())]
        secret = self.fields["secret"]
        obey_use_anyway(secret, data)
        secret.label = by_slug(credential.provider).secret_label
        secret.help_text = _(
            "A stored password is never passed on: paste it again, so that it is sealed there."
        )

    @property
    def place(self) -> Workspace:
        """The chosen workspace of a valid form."""
        return self._places[self.cleaned_data["to"]]

    def clean(self) -> dict[str, Any]:
        """The secret is needed."""
        if not self.cleaned_data.get("secret") and "secret" not in self.errors:
            self.add_error("secret", NEEDED)
        return self.cleaned_data

    def refuse(self, refusal: Refusal) -> None:
        """Put the words of a refused action at its field."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, gettext(refusal.words))
