"""One line of the page where people choose what they want to hear: pace and reach."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Audience, Delivery
from credentials_app.notices.preferences import Choice

BY_ROLE_ALL = _("All (by your role)")
BY_ROLE_OWN = _("My own (by your role)")


class PreferenceForm(forms.Form):
    """What one person hears of one workspace. What the page showed comes back with it, so that a
    page that is old by now changes nothing that was not touched there."""

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
        """The fields that are not as the page showed them."""
        return {name for name in self.fields if self.cleaned_data[name] != self._shown(name)}

    @property
    def chosen(self) -> dict[str, Any]:
        """What the deed takes."""
        said = {name: self.cleaned_data[name] for name in self.touched}
        return {
            "pace": Delivery(said.get("pace", self.choice.pace)),
            "reach": Audience(said["reach"]) if "reach" in said else None,
        }

    def _shown(self, name: str) -> Any:
        return self.data.get(self.add_initial_prefix(name), self.initial[name])


def preference_forms(choices: Iterable[Choice], data: QueryDict | None) -> list[PreferenceForm]:
    """A form for each workspace; one that the page did not show when it was sent stays as it is."""
    return [
        PreferenceForm(choice, data if data and f"{choice.workspace.pk}-pace" in data else None)
        for choice in choices
    ]
