"""An edit conflict: somebody else saved while the form was open; what is stored now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials_app.models import Credential, tags_of
from credentials_app.presentation.schedule import interval_words, reminder_words
from credentials_app.services.columns import differences
from credentials_app.services.draft import Draft
from registry.providers import by_slug
from workspaces.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

COLUMNS: "dict[str, tuple[StrOrPromise, Callable[[Credential], str]]]" = {
    "name": (gettext_lazy("Name"), lambda row: row.name),
    "provider": (gettext_lazy("Provider"), lambda row: by_slug(row.provider).label),
    "server": (gettext_lazy("Registry server"), lambda row: row.origin.display),
    "username": (gettext_lazy("User name"), lambda row: row.username),
    "push": (gettext_lazy("Needed for"), lambda row: _("Pull and push") if row.push else _("Pull")),
    "repository": (gettext_lazy("Repository"), lambda row: row.repository),
    "expires_on": (
        gettext_lazy("Expiry date"),
        lambda row: date_format(row.expires_on, "Y-m-d") if row.expires_on else "",
    ),
    "owner": (gettext_lazy("Owner"), lambda row: str(row.owner or "")),
    "notes": (gettext_lazy("Notes"), lambda row: row.notes),
    "check_every": (
        gettext_lazy("Check every"),
        lambda row: interval_words(row.check_every) if row.check_every else "",
    ),
    "remind_before": (
        gettext_lazy("Remind before the end"),
        lambda row: "" if row.remind_before is None else reminder_words(row.remind_before),
    ),
}


@dataclass(frozen=True)
class StoredNow:
    """One field whose stored value differs from the typed one."""

    label: "StrOrPromise"
    value: str


def stored_now(draft: Draft, row: Credential) -> tuple[StoredNow, ...]:
    """The fields that differ, in the order of the form; an empty value reads *empty*."""
    differing = [
        StoredNow(COLUMNS[column][0], COLUMNS[column][1](row) or _("empty"))
        for column in differences(row, draft)
    ]
    if draft.tags is not None and draft.tags != tags_of(row):
        stored = ", ".join(tags_of(row)) or _("empty")
        differing.append(StoredNow(_("Tags"), stored))
    opened_at = _saved_at(draft.seen)
    if opened_at is None or row.secret_set_at > opened_at:
        by = {"person": row.secret_set_by or _("somebody")}
        differing.append(StoredNow(_("Password"), _("stored anew by %(person)s") % by))
    return tuple(differing)


def stale(row: Credential, person: User) -> str:
    """Who saved first, and what to do now."""
    if row.changed_by == person.email:
        sentence = _("You saved this credential elsewhere after this page was opened.")
    else:
        by = {"person": row.changed_by or _("Somebody")}
        sentence = _("%(person)s saved this credential after this page was opened.") % by
    return sentence + _(" Nothing was changed now: compare, then save again if yours is right.")


def _saved_at(version: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(version or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
