"""What a person can do about an outage, and which of their credentials it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from common.links import absolute
from credentials_app.lifecycle import A_PERSON_MUST_ACT
from credentials_app.models import Credential, Notice
from credentials_app.notices.outage_detection import OF_ITS_OWN, OWN_WORDS
from credentials_app.notices.recipients import recipients_among, recipients_in
from credentials_app.pacing.waits import WaitReason
from credentials_app.presentation.messages import text_of
from credentials_app.serialization import load_verdict
from credentials_app.status import COULD_NOT_CHECK, Status
from registry.providers import GENERIC
from workspaces.places import credentials_url
from workspaces.rights.access import open_to

MOST_NAMES = 10


@dataclass(frozen=True)
class OutageAdvice:
    """The cause, what to do, and which of the person's credentials wait for its end.

    ``provider``: the slug of the registry's provider; empty without such a credential.
    """

    cause: str = ""
    steps: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    unnamed: int = 0
    link: str = ""
    provider: str = ""


def advice_for(notice: Notice) -> OutageAdvice:
    """The advice as of now for the person of the notice; names only credentials they may see."""
    rows = _theirs(notice)
    example = next((row for row in rows if row.could_not_look_why == notice.why), None)
    cause, advice = _cause_and_advice(example) if example else ("", [])
    must_act = notice.why in A_PERSON_MUST_ACT
    steps = advice or ([_("Open it, and see what is asked of you.")] if must_act else [])
    steps = steps if must_act else [str(COULD_NOT_CHECK.next_step)]
    return OutageAdvice(
        cause=cause,
        steps=tuple(steps),
        names=tuple(f"{row.name} ({row.workspace.label})" for row in rows[:MOST_NAMES]),
        unnamed=max(0, len(rows) - MOST_NAMES),
        link=_link(notice, rows),
        provider=_provider_of(rows if example is None else [example, *rows]),
    )


def _provider_of(rows: list[Credential]) -> str:
    """The provider that a check recognized, else one that a person chose."""
    verdicts = (load_verdict(row.verdict) for row in rows)
    seen = (verdict.provider for verdict in verdicts if verdict)
    named = (slug for slug in chain(seen, (row.provider for row in rows)) if slug != GENERIC.slug)
    return next(named, GENERIC.slug if rows else "")


def _cause_and_advice(row: Credential) -> tuple[str, list[str]]:
    verdict = load_verdict(row.verdict)
    if verdict is None:
        return "", []
    if verdict.outcome.is_conclusive:  # of an earlier check: this one is held back
        return gettext(WaitReason(row.wait_reason).words) if row.wait_reason else "", []
    return text_of(verdict.message), [text_of(each) for each in verdict.advice]


def still_waits(notice: Notice) -> bool:
    """True if a credential that the person can see waits for this registry now."""
    return _waiting(notice, open_to(notice.person).values_list("pk", flat=True)).exists()


def _waiting(notice: Notice, workspaces: Iterable[UUID]) -> "QuerySet[Credential]":
    """The credentials without a conclusive check there, for the cause of the notice."""
    rows = Credential.objects.filter(
        server=notice.server, workspace__in=workspaces, could_not_look_since__isnull=False
    ).exclude(status=Status.PAUSED)
    if notice.why in OF_ITS_OWN:
        rows = rows.filter(workspace=notice.workspace, could_not_look_why__in=OWN_WORDS)
    return rows


def _theirs(notice: Notice) -> list[Credential]:
    """Those of them that the person gets notices about."""
    workspaces = {workspace.pk: workspace for workspace in open_to(notice.person)}
    rows = _waiting(notice, workspaces)
    recipients = recipients_in(workspaces.values())
    found = rows.select_related("workspace__organization").defer("sealed", "notes", "searched_text")
    found = found.order_by("name", "pk")
    return [
        row
        for row in found
        if any(
            each.person == notice.person
            for each in recipients_among(recipients[row.workspace_id], row)
        )
    ]


def _link(notice: Notice, rows: list[Credential]) -> str:
    if len(rows) == 1:
        return absolute(credentials_url(rows[0].workspace, "detail", pk=rows[0].pk))
    workspace = rows[0].workspace if rows else notice.workspace
    if workspace is None:
        return ""
    return absolute(f"{credentials_url(workspace, 'list')}?status={COULD_NOT_CHECK.key}")
