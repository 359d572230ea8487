"""The form for the frequency of a report, and for the saved view that it follows."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Frequency, SavedView
from workspaces.plain_form import PlainForm

GONE = _("This view is not there any more: choose another one, or the whole workspace.")


class ReportForm(PlainForm):
    """Two selects. ``views``: those that the person has in the workspace."""

    frequency = forms.ChoiceField(label=_("Send it to me"), choices=Frequency.choices)
    view = forms.ChoiceField(
        label=_("About"), required=False, error_messages={"invalid_choice": GONE}
    )

    def __init__(
        self, views: Iterable[SavedView], data: Any = None, *, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.views = {str(view.pk): view for view in views}
        shared = [(key, view.name) for key, view in self.views.items() if view.is_shared]
        own = [(key, view.name) for key, view in self.views.items() if not view.is_shared]
        groups = [(_("Views of the workspace"), shared), (_("My views"), own)]
        field = self.fields["view"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [
            ("", _("The whole workspace")),
            *((word, choices) for word, choices in groups if choices),
        ]

    @property
    def chosen(self) -> Frequency:
        """The frequency."""
        return Frequency(self.cleaned_data["frequency"])

    @property
    def chosen_view(self) -> SavedView | None:
        """The view; None: the whole workspace."""
        return self.views.get(self.cleaned_data["view"])
