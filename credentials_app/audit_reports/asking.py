"""Asks owners of credentials to act: one mail to each, with the list and what to do."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext

from common.links import absolute
from common.outbox import Words
from credentials_app.audit_reports.catalog import AuditReport
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.audit_reports.table import readable
from credentials_app.models import Credential
from credentials_app.presentation.credential import CredentialView, credential_view
from credentials_app.services.limits import count_question
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails.compose import post, render_mail
from workspaces.models import User
from workspaces.places import credentials_url
from workspaces.rights.access import open_to

MOST_LINES = 100


@dataclass(frozen=True)
class Asked:
    """``people`` were asked about ``count`` credentials; ``unasked``: they have no owner here."""

    people: int
    count: int
    unasked: int


@dataclass(frozen=True)
class QuestionLine:
    """A credential in the mail, with the link to its page."""

    view: CredentialView
    place: str
    link: str


def ask_owners(
    scope: AuditScope,
    pks: Collection[UUID],
    *,
    report: AuditReport | None,
    caller: Caller,
    now: datetime,
) -> Asked:
    """Mail each owner what of theirs is among these. Who lost the workspace is not asked.

    Raises AskedTooOften.
    """
    count_question(scope.person)
    found = scope.rows().filter(pk__in=pks, workspace__is_sample=False, workspace__archived_at=None)
    rows = list(readable(scope, found.select_related("workspace__organization")).order_by("pk"))
    of_owner = _by_owner(rows)
    mails = {owner: _mail(scope, owner, mine, report, now) for owner, mine in of_owner.items()}
    asked = [row for mine in of_owner.values() for row in mine]
    with transaction.atomic(), audit.together():
        for owner, words in mails.items():
            post(to=owner.email, words=words, dedupe_key=f"question:{uuid4()}", now=now)
        _record(scope, asked, caller)
    return Asked(len(mails), len(asked), len(rows) - len(asked))


def _by_owner(rows: Collection[Credential]) -> dict[User, list[Credential]]:
    """The rows of each owner who may see them."""
    found: dict[User, list[Credential]] = defaultdict(list)
    for row in rows:
        if row.owner is not None and row.owner.is_active:
            found[row.owner].append(row)
    readable_by = {owner: set(open_to(owner).values_list("pk", flat=True)) for owner in list(found)}
    mine = {
        owner: [row for row in owned if row.workspace_id in readable_by[owner]]
        for owner, owned in found.items()
    }
    return {owner: owned for owner, owned in mine.items() if owned}


def _mail(
    scope: AuditScope,
    owner: User,
    rows: Collection[Credential],
    report: AuditReport | None,
    now: datetime,
) -> Words:
    lines = [
        QuestionLine(
            credential_view(row, now),
            scope.place_of(row) or scope.name,
            absolute(credentials_url(row.workspace, "detail", pk=row.pk)),
        )
        for row in list(rows)[:MOST_LINES]
    ]
    words = ngettext(
        "%(count)d credential of yours needs you",
        "%(count)d credentials of yours need you",
        len(rows),
    )
    context = {
        "asker": scope.person,
        "report": report,
        "lines": lines,
        "unnamed": len(rows) - len(lines),
        "everything": absolute(reverse("overview:mine")),
    }
    subject = words % {"count": len(rows)}
    return render_mail("question", subject, context, time_zone=owner.time_zone)


def _record(scope: AuditScope, rows: Collection[Credential], caller: Caller) -> None:
    """One event for each workspace, with the credentials that were asked about."""
    places = {row.workspace_id: row.workspace for row in rows}
    counts = Counter(row.workspace_id for row in rows)
    for key, place in places.items():
        audit.record(
            "credentials:owners:ask",
            actor=scope.person,
            caller=caller,
            workspace=place,
            target=place,
            details={
                "count": counts[key],
                "ids": [str(row.pk) for row in rows if row.workspace_id == key],
            },
        )
