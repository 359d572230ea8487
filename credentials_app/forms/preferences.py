"""One line of the page for notice preferences: when, and about which credentials."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Audience, Delivery
from credentials_app.notices.preferences import Choice
from workspaces.plain_form import PlainForm

BY_ROLE_ALL = _("All (by your role)")
BY_ROLE_OWN = _("My own (by your role)")


class PreferenceForm(PlainForm):
    """One person's preference for one workspace.

    The form sends back the values that the page showed, so that an outdated page changes only the
    fields that the person touched.
    """

    pace = forms.ChoiceField(label=_("When"), choices=Delivery.choices, show_hidden_initial=True)
    reach = forms.ChoiceField(label=_("About"), required=False, show_hidden_initial=True)

    def __init__(self, choice: Choice, data: QueryDict | None) -> None:
        initial = {"pace": choice.pace.value, "reach": choice.reach.value}
        super().__init__(data, prefix=str(choice.workspace.pk), initial=initial)
        self.choice = choice
        reach = self.fields["reach"]
        assert isinstance(reach, forms.ChoiceField)  # noqa: S101  # for the type checker
        by_role = BY_ROLE_ALL if choice.gets_all_by_role else BY_ROLE_OWN
        reach.choices = [
            ("", by_role),
            (Audience.ALL.value, Audience.ALL.label),
            (Audience.OWN.value, Audience.OWN.label),
        ]

    @property
    def touched(self) -> set[str]:
        """The fields whose values differ from those that the page showed."""
        return {name for name in self.fields if self.cleaned_data[name] != self._shown(name)}

    @property
    def chosen(self) -> dict[str, Any]:
        """The values for ``set_preference``."""
        values = {name: self.cleaned_data[name] for name in self.touched}
        return {
            "pace": Delivery(values.get("pace", self.choice.pace)),
            "reach": Audience(values["reach"]) if "reach" in values else None,
        }

    def _shown(self, name: str) -> Any:
        return self.data.get(self.add_initial_prefix(name), self.initial[name])


def preference_forms(choices: Iterable[Choice], data: QueryDict | None) -> list[PreferenceForm]:
    """A form for each workspace; a workspace that the sent page did not show stays unchanged."""
    return [
        PreferenceForm(choice, data if data and f"{choice.workspace.pk}-pace" in data else None)
        for choice in choices
    ]
