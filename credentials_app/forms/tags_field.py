"""The field of tags: words with commas or spaces between them, completed while one types."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.fields import NO_HELP_FROM_BROWSERS
from credentials_app.models import LONGEST_TAG
from credentials_app.services.tags import MOST_OF_ONE, names_in
from workspaces.models import Workspace
from workspaces.places import credentials_url
from workspaces.rights.refusals import Refusal

LONGEST_TEXT = 2 * MOST_OF_ONE * (LONGEST_TAG + 2)


class TagsField(forms.CharField):
    """Returns the names of the tags; ``required``: at least one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Tags"),
            max_length=LONGEST_TEXT,
            help_text=_("Words to filter by, such as prod, ci or team:shop. All lower case."),
            error_messages={
                "required": _("Type at least one tag."),
                "max_length": _("These are too many tags: leave some out of Tags."),
            },
            widget=forms.TextInput(attrs={**NO_HELP_FROM_BROWSERS, "placeholder": "prod, ci"}),
            **kwargs,
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        """The names, each once. What is wrong with one is said in its own words."""
        try:
            names = names_in(super().clean(value))
        except Refusal as refusal:
            raise ValidationError(gettext(refusal.words)) from None
        if self.required and not names:
            raise ValidationError(self.error_messages["required"])
        return names

    def complete_from(self, workspace: Workspace) -> None:
        """Let the script of the page complete from the tags of this workspace."""
        self.widget.attrs["data-tags"] = credentials_url(workspace, "tags")
