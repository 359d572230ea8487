"""The report of a workspace: what is bad, what ends soon, what could not be checked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import seat_of
from api.credentials import PLACE
from api.schemas.places import ReportLineShape, ReportPartShape, ReportShape
from common.clock import database_now
from credentials_app.models import Frequency
from credentials_app.reports.queries import collect
from credentials_app.reports.report import ReportLine
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.timing import since_of
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["reports"])


@router.get(f"{PLACE}/report", response=ReportShape)
def get_report(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """Get the report of the last week."""
    seat = seat_of(request, workspace, scope=TokenScope.STATUS_READ, can=Can.SEE)
    now = database_now()
    since = since_of(Frequency.WEEKLY, None, now)
    report = collect(ReportScope(seat.user, seat.workspace), since=since, now=now)
    counts = report.counts
    shape = ReportShape(
        at=report.at,
        since=report.since,
        headline=report.headline,
        is_all_well=report.is_all_well,
        total=counts.total,
        valid=counts.valid,
        push_not_proved=counts.push_not_proved,
        overdue=counts.overdue,
        parts=[
            ReportPartShape(
                section=part.section.value,
                count=part.count,
                lines=[_line(each) for each in part.lines],
            )
            for part in report.parts
        ],
    )
    return respond(shape)


def _line(line: ReportLine) -> ReportLineShape:
    return ReportLineShape(
        id=line.shown.row.pk,
        name=line.name,
        status=line.shown.badge.label.key,
        since=line.since,
        ends_at=line.shown.expiry.at,
    )
