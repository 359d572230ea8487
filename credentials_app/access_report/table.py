"""An access report as a table for spreadsheets."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.downloads import csv_lines
from credentials_app.access_report.groups import AccessSpan, PersonAccess
from credentials_app.access_report.report import AccessGroup, AccessReport

COLUMNS = ("Access", "Name", "E-mail address", "Role", "By", "May", "When", "Workspace", "Note")


def report_as_csv(report: AccessReport) -> Iterator[str]:
    """A heading, a row for each stretch of each person, and of each token, and those who see
    metadata alone."""
    return csv_lines(COLUMNS, _rows(report))


def _rows(report: AccessReport) -> Iterator[tuple[str, ...]]:
    for group in report.groups:
        for person in group.people:
            for span in person.spans:
                yield _cells(report, group, person, span)
    for token in report.tokens:
        heading, may = _("Fetches by API token"), _("fetch")
        limits = ", ".join(each for each in (token.prefixes, token.networks) if each)
        when = f"{report.asked.typed} {token.when}".strip() or _("now")
        yield heading, token.person, token.email, "", token.label, may, when, "", limits
    for keeper in report.keepers:
        role, may = _("Administrator or auditor"), _("see names, servers and status")
        heading, when = _("Sees no secret"), report.asked.typed or _("now")
        yield heading, keeper.name, keeper.email, role, "", may, when, "", ""


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
