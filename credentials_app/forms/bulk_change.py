"""The bar of the list that changes many credentials: an action, and the value that it needs."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.fields import ExpiryDateField
from credentials_app.forms.owner_field import OwnerField
from credentials_app.forms.snooze import SnoozeForm
from credentials_app.forms.tags_field import TagsField
from credentials_app.notices.bulk_changes import RIGHTS, Change
from workspaces.forms import plain_line
from workspaces.models import Workspace
from workspaces.plain_form import PlainForm
from workspaces.rights.roles import Can

CHANGES = [action for action, right in RIGHTS.items() if right is Can.WRITE]
MUTES = [action for action, right in RIGHTS.items() if right is Can.NOTICE_RULES]
FIELD_OF = {
    "snooze": "days",
    "owner": "new_owner",
    "ends": "new_end",
    "tag": "new_tags",
    "untag": "new_tags",
}
"""The field that an action reads; the others are not looked at. The form also carries the query of
the list, whose chips ``owner`` and ``ends`` are other fields."""
HOW_LONG = _("Choose for how many days from the list.")
WRITE = _("Write the end date as 2027-01-31, or leave it empty.")
CHOOSE = _("Press one of the buttons of the bar: Pause, Resume, Snooze and so on.")
DONE: dict[str, str | Promise] = {
    "pause": _("Paused"),
    "resume": _("Resumed"),
    "owner": _("Owner set"),
    "ends": _("End date set"),
    "tag": _("Tagged"),
    "untag": _("Tag removed"),
    "snooze": _("Snoozed"),
    "acknowledge": _("Acknowledged"),
}


def change_in_words(action: str, count: int) -> str:
    """What was done, and with how many."""
    return gettext("%(done)s: %(count)d.") % {"done": DONE[action], "count": count}


class BulkChangeForm(SnoozeForm):
    """``act`` is the pressed button; an action reads only its own field, so that a browser must
    not ask for the others."""

    use_required_attribute = False
    act = forms.ChoiceField(
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    new_end = ExpiryDateField()
    new_tags = TagsField()

    def __init__(self, workspace: Workspace, data: Any = None, *, acts: list[str]) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.fields["act"].choices = [(act, act) for act in acts]  # type: ignore[attr-defined]
        self.fields["new_owner"] = OwnerField(workspace, None)
        for error in ("required", "invalid", "invalid_choice"):
            self.fields["days"].error_messages[error] = HOW_LONG
        self.fields["new_end"].error_messages["invalid"] = WRITE
        labels = {
            "days": _("Snooze for"),
            "new_owner": _("New owner"),
            "new_end": _("New end date"),
            "new_tags": _("Tags to add or remove"),
        }
        self.fields["new_tags"].complete_from(workspace)  # type: ignore[attr-defined]
        for name, label in labels.items():
            self.fields[name].widget.attrs["aria-label"] = label
            if self.is_bound and FIELD_OF.get(self.data.get("act", "")) != name:
                del self.fields[name]

    @property
    def change(self) -> Change:
        """What the valid form asks for."""
        values = self.cleaned_data
        return Change(
            values["act"],
            days=values.get("days", 0),
            owner=values.get("new_owner"),
            day=values.get("new_end"),
            tags=values.get("new_tags", ()),
        )


class SettleForm(PlainForm):
    """Asks which secrets of leavers stay as they are, and why."""

    whole = forms.BooleanField(label=_("All of them, on every page"), required=False)
    reason = forms.CharField(
        label=_("Why they need not be replaced"),
        max_length=200,
        validators=[plain_line],
        help_text=_("Such as “the account at the registry is closed”. The audit log keeps it."),
        error_messages={"required": _("Say why these secrets stay as they are.")},
    )

    def __init__(self, keys: Collection[UUID], data: Any = None) -> None:
        super().__init__(data)
        self.keys = keys

    def clean(self) -> dict[str, Any]:
        """Something must be ticked."""
        data = super().clean() or self.cleaned_data
        if not self.keys and not data.get("whole"):
            raise ValidationError(_("Tick the secrets that stay as they are."))
        return data
