"""What a person can do about a registry that could not be looked at, and which of theirs it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.links import absolute
from credentials_app.lifecycle import A_PERSON_MUST_ACT
from credentials_app.models import Credential, Notice
from credentials_app.notices.outage_detection import OF_ITS_OWN, OWN_WORDS
from credentials_app.notices.recipients import hearing, recipients_in
from credentials_app.presentation.messages import text_of
from credentials_app.serialization import load_verdict
from credentials_app.status import COULD_NOT_CHECK, Status
from workspaces.places import credentials_url
from workspaces.rights.access import open_to

MOST_NAMES = 10


@dataclass(frozen=True)
class OutageAdvice:
    """Why, what to do, and which of the reader's credentials wait for it."""

    cause: str = ""
    steps: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unnamed: int = 0
    link: str = ""


def advice_for(notice: Notice) -> OutageAdvice:
    """As it is now, for the person of the notice; nothing of anybody else's is told."""
    rows = _theirs(notice)
    example = next((row for row in rows if row.could_not_look_why == notice.why), None)
    verdict = load_verdict(example.verdict) if example else None
    told = [text_of(each) for each in verdict.advice] if verdict else []
    must_act = notice.why in A_PERSON_MUST_ACT
    steps = told or ([_("Open it, and see what is asked of you.")] if must_act else [])
    steps = steps if must_act else [str(COULD_NOT_CHECK.next_step)]
    return OutageAdvice(
        cause=text_of(verdict.message) if verdict else "",
        steps=tuple(steps),
        names=tuple(f"{row.name} ({row.workspace.label})" for row in rows[:MOST_NAMES]),
        unnamed=max(0, len(rows) - MOST_NAMES),
        link=_link(notice, rows),
    )


def still_waits(notice: Notice) -> bool:
    """Whether anything that the person can see waits for this registry now."""
    return _waiting(notice, open_to(notice.person).values_list("pk", flat=True)).exists()


def _waiting(notice: Notice, places: Iterable[UUID]) -> "QuerySet[Credential]":
    """What could not be looked at there, for the cause of the notice."""
    rows = Credential.objects.filter(
        server=notice.server, workspace__in=places, could_not_look_since__isnull=False
    ).exclude(status=Status.PAUSED)
    if notice.why in OF_ITS_OWN:
        rows = rows.filter(workspace=notice.workspace, could_not_look_why__in=OWN_WORDS)
    return rows


def _theirs(notice: Notice) -> list[Credential]:
    """What the person hears of at this registry, and could not be looked at."""
    places = {place.pk: place for place in open_to(notice.person)}
    rows = _waiting(notice, places)
    readers = recipients_in(places.values())
    found = rows.select_related("workspace__organization").defer("sealed", "notes")
    found = found.order_by("name", "pk")
    return [
        row
        for row in found
        if any(each.person == notice.person for each in hearing(row, readers[row.workspace_id]))
    ]


def _link(notice: Notice, rows: list[Credential]) -> str:
    if len(rows) == 1:
        return absolute(credentials_url(rows[0].workspace, "detail", pk=rows[0].pk))
    place = rows[0].workspace if rows else notice.workspace
    if place is None:
        return ""
    return absolute(f"{credentials_url(place, 'list')}?status={COULD_NOT_CHECK.key}")
