"""The form of a saved view: its name, whose it is, and the query that it stands for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials_app.models import LONGEST_VIEW_NAME, LONGEST_VIEW_QUERY
from credentials_app.presentation.list_views import EVERYBODYS
from credentials_app.presentation.view_query import read_query, stored_query
from credentials_app.services.saved_views import ViewDraft, plain_name
from registry.providers.tokens_in_text import has_token
from workspaces.models import User
from workspaces.plain_form import PlainForm

OWN, SHARED = "own", "workspace"
WHOSE = [(OWN, _("Mine: only I see it")), (SHARED, _("The workspace's: everybody here sees it"))]


class SavedViewForm(PlainForm):
    """``query`` is a text in the filter language of the list, which the page fills in."""

    name = forms.CharField(
        label=_("Name of the view"),
        strip=True,
        error_messages={"required": _("Give the view a name.")},
        widget=forms.TextInput(attrs={"maxlength": LONGEST_VIEW_NAME, "autocomplete": "off"}),
    )
    whose = forms.ChoiceField(
        label=_("Whose it is"), choices=WHOSE, required=False, widget=forms.RadioSelect
    )
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, reader: User, data: Any = None, *, draft: ViewDraft | None = None) -> None:
        initial = {"whose": OWN}
        if draft:
            whose = SHARED if draft.is_shared else OWN
            initial = {"name": draft.name, "whose": whose, "query": draft.query}
        super().__init__(data, auto_id="view_%s", initial=initial)
        self.reader = reader

    @property
    def draft(self) -> ViewDraft:
        """What the valid form says."""
        values = self.cleaned_data
        return ViewDraft(values["name"], values["query"], values["whose"] == SHARED)

    def clean_name(self) -> str:
        """Refuse what cannot be told from another name, or not be seen."""
        name = plain_name(self.cleaned_data["name"])
        if len(name) > LONGEST_VIEW_NAME:
            raise ValidationError(
                _("A name has at most %(most)d characters: shorten it.")
                % {"most": LONGEST_VIEW_NAME}
            )
        if not name.isprintable():
            raise ValidationError(_("There is a character in the name that cannot be shown."))
        if name.casefold() in {str(word).casefold() for word in EVERYBODYS}:
            raise ValidationError(_("The list has a view of this name: choose another one."))
        return name

    def clean_query(self) -> str:
        """The query as it is stored."""
        query = read_query(self.cleaned_data["query"], self.reader)
        if has_token(query.search):
            raise ValidationError(
                _("What you search for looks like a token, and views are stored in clear.")
            )
        text = stored_query(query, self.reader)
        if len(text) > LONGEST_VIEW_QUERY:
            raise ValidationError(_("So many filters cannot be saved: choose fewer values."))
        return text
