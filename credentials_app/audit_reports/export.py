"""All rows that fit, as CSV and as rows to print: read one after the other, never all at once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.template.loader import get_template
from django.utils.translation import gettext as _

from common.downloads import csv_lines
from common.links import absolute
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.audit_reports.table import StoredRow, found_in, in_order, readable
from credentials_app.models import tags_of
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.list_query import ListQuery

AT_ONCE = 500
HEADINGS = (
    "Workspace", "Name", "Status", "Since (UTC)", "Cause", "Could not check", "Provider", "Server",
    "User name", "Repository", "Access", "Missing", "More than needed", "Last day",
    "End known from", "Secret of", "Secret stored (UTC)", "Secret stored by", "Age in days",
    "Last checked (UTC)", "Last seen working (UTC)", "Last used (UTC)", "Owner",
    "Owner's address", "Tags", "Page",
)  # fmt: skip


def every_row(scope: AuditScope, query: ListQuery, now: datetime) -> Iterator[StoredRow]:
    """The rows that fit, in the order of the query."""
    rows = readable(scope, in_order(found_in(scope, query, now), query, now))
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield StoredRow(credential_view(row, now), scope.place_of(row), scope.link_to(row))


def stored_as_csv(scope: AuditScope, query: ListQuery, now: datetime) -> Iterator[str]:
    """A heading, and a line for each row; no spreadsheet takes a cell for a formula."""
    return csv_lines(HEADINGS, (_cells(row, now) for row in every_row(scope, query, now)))


def lines_to_print(scope: AuditScope, query: ListQuery, now: datetime) -> Iterator[str]:
    """A row of the printed table for each."""
    template = get_template("credentials_app/stored/_print_row.html")
    for row in every_row(scope, query, now):
        yield template.render({"each": row, "scope": scope})


def _cells(each: StoredRow, now: datetime) -> tuple[object, ...]:
    view, row = each.view, each.view.row
    owner = row.owner
    return (
        each.place,
        row.name,
        view.badge.label.word,
        _time(view.since),
        view.cause,
        _("yes") if row.could_not_look_shown else "",
        view.provider.label,
        row.server,
        row.username,
        row.repository,
        each.access,
        " ".join(view.lacks),
        " ".join(view.excess),
        _day(view.expiry.last_day),
        view.expiry_source,
        each.whose,
        _time(row.secret_set_at),
        row.secret_set_by,
        (now - row.secret_set_at).days,
        _time(row.last_checked_at),
        _time(row.last_good_at),
        _time(row.used_at),
        owner.name if owner else "",
        owner.email if owner else "",
        " ".join(tags_of(row)),
        absolute(each.url),
    )


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(sep=" ", timespec="seconds")[:19] if at else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
