"""An access report as a table for spreadsheets."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.utils.translation import gettext as _

from credentials_app.access_report.groups import AccessSpan, PersonAccess
from credentials_app.access_report.report import AccessGroup, AccessReport
from workspaces.audit_log.export import safe_cell

COLUMNS = ("Access", "Name", "E-mail address", "Role", "By", "May", "When", "Workspace", "Note")


def report_as_csv(report: AccessReport) -> Iterator[str]:
    """A heading, a row for each stretch of each person, and those who see metadata alone."""
    yield "\ufeff" + _line(COLUMNS)
    for group in report.groups:
        for person in group.people:
            for span in person.spans:
                yield _line(_cells(report, group, person, span))
    for keeper in report.keepers:
        role, may = _("Administrator or auditor"), _("see names, servers and status")
        heading, when = _("Sees no secret"), report.asked.typed or _("now")
        yield _line((heading, keeper.name, keeper.email, role, "", may, when, "", ""))


def _cells(
    report: AccessReport, group: AccessGroup, person: PersonAccess, span: AccessSpan
) -> tuple[str, ...]:
    return (
        str(group.heading),
        person.name,
        person.email,
        span.role,
        ", ".join(span.ways),
        span.may,
        f"{report.asked.typed} {span.when}".strip() or _("now"),
        span.place,
        person.note,
    )


def _line(cells: tuple[str, ...]) -> str:
    written = StringIO()
    csv.writer(written).writerow([safe_cell(cell) for cell in cells])
    return written.getvalue()
