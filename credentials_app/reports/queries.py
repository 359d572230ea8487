"""Reads the contents of a report in three queries, however much is stored; in four, where the view
that it is about names owners."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from credentials_app.models import Credential, StatusChange
from credentials_app.monitoring import heartbeat
from credentials_app.presentation.badge import remark_on
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.last_use import cannot_be_told, unused
from credentials_app.presentation.list_conditions import BAD, condition_of, ended, ends_soon
from credentials_app.presentation.listing import fitting
from credentials_app.presentation.view_query import ViewWords, view_in_words
from credentials_app.reports.report import (
    MOST_LINES,
    NEVER_PROVED,
    Counts,
    Report,
    ReportLine,
    Section,
    StatusTransition,
    report_of,
    transitions_of,
)
from credentials_app.reports.scope import ReportScope
from credentials_app.selectors import with_tags
from credentials_app.services.leavers import known_of, lacks_owner
from credentials_app.status import PUSH_NOT_PROVED, STATUS_LABELS, Status

MOST_CHANGES = 2000


def collect(scope: ReportScope, *, since: datetime, now: datetime) -> Report:
    """The report about this scope. Of a view it has what fits now, also among the changes."""
    about = None
    if scope.view is not None and scope.workspace is not None:
        about = view_in_words(scope.view, scope.person, scope.workspace)
    rows = _rows(scope, about, now)
    lines = [_line(scope, row, now) for row in _ranked(with_tags(rows), now)]
    shifts = _transitions(scope, rows if about else None, since, now)
    report = report_of(lines, _count(rows, since, now), shifts, since=since, at=now)
    return replace(report, about=about)


def _line(scope: ReportScope, row: Credential, now: datetime) -> ReportLine:
    view = credential_view(row, now)
    has_ended = view.expiry.is_past(now)
    return ReportLine(view, scope.link_to(row), scope.place_of(row), has_ended=has_ended)


def conditions(now: datetime) -> dict[Section, Q]:
    """The rows of each section, by the same rules as :attr:`ReportLine.sections`."""
    return {
        Section.BAD: Q(status__in=BAD) | ended(now),
        Section.VAIN: Q(could_not_look_shown=True),
        Section.SOON: ends_soon(now),
        Section.KNOWN: Q(Exists(known_of(OuterRef("pk")))),
        Section.UNVERIFIED: Q(status__in=NEVER_PROVED),
        Section.PAUSED: Q(status=Status.PAUSED),
        Section.UNUSED: unused(now),
    }


def _rows(scope: ReportScope, about: ViewWords | None, now: datetime) -> "QuerySet[Credential]":
    rows = Credential.objects.defer("sealed", "notes", "searched_text")
    if scope.workspace is not None:
        rows = rows.filter(workspace=scope.workspace)
        return fitting(rows, about.query, now) if about else rows
    rows = rows.filter(workspace__is_sample=False, workspace__archived_at=None)
    return rows.select_related("workspace__organization", "workspace__owner")


def _ranked(rows: "QuerySet[Credential]", now: datetime) -> "QuerySet[Credential]":
    """The first rows of each section; a row counts in the first section that it belongs to."""
    sections = conditions(now)
    any_of = Q(pk__in=[])
    for condition in sections.values():
        any_of |= condition
    whens = [When(each, then=Value(number)) for number, each in enumerate(sections.values())]
    soon = Q(status=Status.VALID)
    order = [
        Case(When(soon, then=F("expires_at"))).asc(nulls_last=True),
        Case(When(soon, then=F("expires_on"))).asc(nulls_last=True),
        F("status_since").desc(),
        F("pk").asc(),
    ]
    ranked = rows.filter(any_of).annotate(
        section=Case(*whens, default=Value(len(whens)), output_field=IntegerField()),
        known_to=Subquery(known_of(OuterRef("pk")).values("departure__name")[:1]),
        lacks_owner=Exists(known_of(OuterRef("pk")).filter(lacks_owner())),
    )
    number = Window(RowNumber(), partition_by=[F("section")], order_by=order)
    return ranked.annotate(number=number).filter(number__lte=MOST_LINES)


def _count(rows: "QuerySet[Credential]", since: datetime, now: datetime) -> Counts:
    overdue = Q(next_check_at__lte=now - heartbeat.silence_limit())
    found = rows.aggregate(
        total=Count("pk"),
        valid=Count("pk", filter=Q(status=Status.VALID) & ~ended(now)),
        push_not_proved=Count("pk", filter=condition_of(PUSH_NOT_PROVED.key, now)),
        added=Count("pk", filter=Q(created_at__gt=since)),
        overdue=Count("pk", filter=overdue),
        hidden=Count("pk", filter=cannot_be_told()),
        **{f"of_{name}": Count("pk", filter=each) for name, each in conditions(now).items()},
    )
    of = {section: found.pop(f"of_{section}") for section in Section}
    return Counts(**found, of=of)


def _transitions(
    scope: ReportScope, only: "QuerySet[Credential] | None", since: datetime, now: datetime
) -> list[StatusTransition]:
    """``only``: of these credentials; None: of all of the scope."""
    changes = StatusChange.objects.filter(at__gt=since, at__lte=now)
    if only is not None:
        changes = changes.filter(credential__in=only.values("pk"))
    elif scope.workspace is not None:
        changes = changes.filter(credential__workspace=scope.workspace)
    else:
        changes = changes.filter(credential__workspace__is_sample=False).select_related(
            "credential__workspace__organization", "credential__workspace__owner"
        )
    changes = changes.select_related("credential").defer(
        "credential__sealed",
        "credential__notes",
        "credential__searched_text",
        "credential__verdict",
    )
    newest = list(changes.order_by("-at", "-pk")[:MOST_CHANGES])
    return transitions_of(_single_changes(scope, reversed(newest)))


def _single_changes(
    scope: ReportScope, changes: Iterator[StatusChange]
) -> Iterator[tuple[UUID, StatusTransition]]:
    for each in changes:
        row = each.credential
        yield (
            row.pk,
            StatusTransition(
                name=row.name,
                link=scope.link_to(row),
                old=STATUS_LABELS[Status(each.old)],
                new=STATUS_LABELS[Status(each.new)],
                at=each.at,
                place=scope.place_of(row),
                remark=remark_on(row, STATUS_LABELS[Status(each.new)]),
            ),
        )
