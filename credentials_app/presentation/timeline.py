"""What happened to a credential: status changes, what people did to it, and its fetches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.consumers import DayOfFetches
from credentials_app.presentation.history import ChangeView
from credentials_app.status import StatusLabel
from workspaces.models import AuditEvent

DEEDS: dict[str, tuple[str, str | Promise, str]] = {
    "credentials:credential:add": ("plus", _("Added"), ""),
    "credentials:credential:edit": ("pencil", _("Edited"), "edited"),
    "credentials:credential:replace": ("key-round", _("Secret replaced"), "replaced"),
    "credentials:tags:change": ("tag", _("Tags changed"), ""),
    "credentials:secret:bring_back": ("undo-2", _("Former secret brought back"), "brought_back"),
    "credentials:credential:move_in": (
        "arrow-right",
        _("Moved here from another workspace"),
        "replaced",
    ),
    "credentials:credential:pause": ("circle-pause", _("Paused"), "paused"),
    "credentials:credential:resume": ("circle-play", _("Resumed"), "resumed"),
    "credentials:sign_in:confirm": ("shield-check", _("Sign-in host confirmed"), "confirmed"),
}
"""Actions of the audit log that a timeline shows: icon, words, and the ``why`` of a status change
that the same action causes."""
FIELDS: dict[str, str | Promise] = {
    "name": _("name"),
    "provider": _("provider"),
    "username": _("user name"),
    "server": _("registry server"),
    "push": _("need"),
    "repository": _("repository"),
    "expires_on": _("end date"),
    "owner": _("owner"),
    "notes": _("notes"),
    "check_every": _("check interval"),
    "remind_before": _("reminders"),
}
ONE_ACTION = timedelta(seconds=10)
"""A deed and the status change it causes are written in one transaction."""


@dataclass(frozen=True)
class TimelineEntry:
    """One line: a deed with its person, or a status change with its reason; or both in one.

    ``by`` has no e-mail address: the person may be in no list that the reader may see, such as an
    administrator of the instance.
    """

    at: datetime
    icon: str = ""
    words: str | Promise = ""
    detail: str | Promise = ""
    by: str = ""
    status: StatusLabel | None = None


def timeline(
    changes: Sequence[ChangeView],
    deeds: Iterable[AuditEvent],
    most: int,
    *,
    fetches: Iterable[DayOfFetches] = (),
) -> list[TimelineEntry]:
    """All of it, the newest first. A status change that a deed caused is part of the deed's line;
    the fetches of a day are one line.

    ``changes`` and ``deeds``: the newest first; deeds have an action of ``DEEDS``.
    """
    left = list(changes)
    entries = [_deed(event, left) for event in deeds]
    entries += [
        TimelineEntry(
            each.change.at,
            status=each.new,
            detail=each.why or _("was %(status)s") % {"status": str(each.old.word).lower()},
        )
        for each in left
    ]
    entries += [
        TimelineEntry(day.last_at, icon="download", words=day.words, detail=day.consumer_words)
        for day in fetches
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def _deed(event: AuditEvent, left: list[ChangeView]) -> TimelineEntry:
    """The entry of a deed; takes the status change that it caused out of ``left``."""
    icon, words, why = DEEDS[event.action]
    caused = next((each for each in left if _is_caused(each, event, why)), None)
    if caused is not None:
        left.remove(caused)
    return TimelineEntry(
        at=event.at,
        icon=icon,
        words=words,
        detail=_what(event.details),
        by=event.actor_label.rpartition(" <")[0] or event.actor_label,
        status=caused.new if caused else None,
    )


def _what(details: dict[str, Any]) -> str:
    """The fields that changed, or the tags that came and went."""
    fields = [str(FIELDS[name]) for name in details.get("fields", []) if name in FIELDS]
    old, new = details.get("old", ()), details.get("new", details.get("tags", ()))
    tags = {
        gettext("with %(tags)s"): [name for name in new if name not in old],
        gettext("without %(tags)s"): [name for name in old if name not in new],
    }
    spoken = [words % {"tags": ", ".join(names)} for words, names in tags.items() if names]
    return ", ".join(fields) or "; ".join(spoken)


def _is_caused(each: ChangeView, event: AuditEvent, why: str) -> bool:
    return each.change.why == why and abs(each.change.at - event.at) < ONE_ACTION
