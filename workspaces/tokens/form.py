"""The form of a new token: name, scopes, workspaces, end; and where and for what it may be used."""

from typing import Any
from uuid import UUID

from django import forms

from workspaces.models import User
from workspaces.plain_form import PlainForm
from workspaces.rights.access import has_right, open_to
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import InstanceCan
from workspaces.tokens.life import PROPOSED_DAYS, TokenDraft, longest_days
from workspaces.tokens.scopes import SCOPE_SENTENCES, TokenScope

LINES = {"rows": 2, "class": "mono", "spellcheck": "false", "autocomplete": "off"}


class TokenForm(PlainForm):
    """A new token of one person."""

    name = forms.CharField(
        label="Name",
        max_length=100,
        help_text="What it is for, such as the name of a script or a cluster.",
        error_messages={"required": "Give the token a name."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one scope."},
    )
    workspaces = forms.MultipleChoiceField(
        label="Workspaces",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one workspace."},
    )
    days = forms.IntegerField(
        label="Days until it ends", min_value=1, initial=PROPOSED_DAYS, error_messages={}
    )
    networks = forms.CharField(
        label="Allowed networks",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=LINES),
        help_text="One on each line, such as 192.0.2.0/24. Empty: from everywhere.",
    )
    prefixes = forms.CharField(
        label="Repositories whose secrets it may fetch",
        required=False,
        max_length=7000,
        widget=forms.Textarea(attrs=LINES),
        help_text="One on each line, such as registry.example.org/team. Empty: all. Not with the "
        "scope that changes credentials.",
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data)
        places = open_to(person).filter(is_sample=False)
        is_auditor = has_right(person, InstanceCan.SEE_ALL)
        scopes = [each for each in TokenScope if is_auditor or each is not TokenScope.ADMIN_READ]
        _choose(self.fields["scopes"], [(each.value, SCOPE_SENTENCES[each]) for each in scopes])
        _choose(self.fields["workspaces"], [(str(place.pk), place.label) for place in places])
        days = self.fields["days"]
        days.help_text = f"At most {longest_days()}. You get a mail before it ends."

    def draft(self) -> TokenDraft:
        """The values of a valid form."""
        values = self.cleaned_data
        return TokenDraft(
            name=values["name"],
            scopes=frozenset(TokenScope(each) for each in values["scopes"]),
            workspaces=frozenset(UUID(each) for each in values["workspaces"]),
            days=values["days"],
            prefixes=tuple(values["prefixes"].split()),
            networks=tuple(values["networks"].split()),
        )

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal at its field, or at the top of the form."""
        known = refusal.field in self.fields
        self.add_error(refusal.field if known else None, refusal.words)


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
    field.choices = choices
