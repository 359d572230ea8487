"""How many credentials each report finds, and how they divide: each number is a link."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.functional import Promise

from credentials_app.audit_reports.catalog import REPORTS, AuditReport
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.presentation.audit_filters import AGE, CHECKED, USUAL_DAYS
from credentials_app.presentation.list_chips import CHIP_WORDS
from credentials_app.presentation.list_filters import (
    ENDS,
    GROUPS,
    KNOWN,
    NO_END,
    PROVIDER,
    PROVIDER_WORDS,
    STATUS,
    condition_of_chip,
)
from credentials_app.presentation.list_query import ListQuery

ALL = "all"


@dataclass(frozen=True)
class ReportCount:
    """A report, and how many credentials it finds now."""

    report: AuditReport
    question: str
    count: int
    url: str


@dataclass(frozen=True)
class Slice:
    """Some of the credentials: their number, its share in percent, and the link to them."""

    word: str | Promise
    count: int
    share: int
    url: str


@dataclass(frozen=True)
class Division:
    """The credentials divided by one thing. Parts may overlap: within 30 days is within 90."""

    name: str | Promise
    slices: tuple[Slice, ...]


def count_reports(scope: AuditScope, now: datetime) -> dict[str, int]:
    """The number of credentials of each report, and of all; one statement."""
    counts = {each.slug: Count("pk", filter=_of(scope, each, now)) for each in REPORTS}
    found: dict[str, int] = scope.rows().aggregate(**counts, **{ALL: Count("pk")})
    return found


def report_counts(scope: AuditScope, counts: dict[str, int]) -> list[ReportCount]:
    """The reports with their numbers, and links to their rows."""
    return [
        ReportCount(each, each.asked(), counts[each.slug], scope.url("stored", each.query()))
        for each in REPORTS
    ]


def divide(scope: AuditScope, now: datetime) -> tuple[Division, ...]:
    """The credentials by status, provider, end, age and last check; two statements."""
    by_chip = {
        STATUS: list(GROUPS),
        ENDS: ["7", "30", "90", NO_END],
        AGE: [str(days) for days in USUAL_DAYS[AGE]],
        CHECKED: [str(days) for days in USUAL_DAYS[CHECKED]],
    }
    counts = {
        f"{chip}_{value}": Count("pk", filter=condition_of_chip(chip, [value], now))
        for chip, values in by_chip.items()
        for value in values
    }
    found = scope.rows().aggregate(**counts, **{ALL: Count("pk")})
    divided = {
        chip: [(value, KNOWN[chip][value], found[f"{chip}_{value}"]) for value in values]
        for chip, values in by_chip.items()
    }
    providers = scope.rows().order_by().values_list("shown_provider").annotate(n=Count("*"))
    divided[PROVIDER] = [
        (slug, PROVIDER_WORDS.get(slug, slug), count)
        for slug, count in providers.order_by("-n", "shown_provider")
    ]
    order = (STATUS, PROVIDER, ENDS, AGE, CHECKED)
    return tuple(_division(scope, chip, divided[chip], found[ALL]) for chip in order)


def _of(scope: AuditScope, report: AuditReport, now: datetime) -> Q:
    query, found = report.query(), Q()
    for chip in dict.fromkeys(name for name, _value in query.chips):
        found &= condition_of_chip(chip, query.chosen(chip), now, shared=scope.shared)
    return found


def _division(
    scope: AuditScope, chip: str, parts: list[tuple[str, str | Promise, int]], total: int
) -> Division:
    slices = tuple(
        Slice(
            word,
            count,
            round(100 * count / total) if total else 0,
            scope.url("stored", ListQuery(chips=((chip, value),))),
        )
        for value, word, count in parts
    )
    return Division(CHIP_WORDS[chip], slices)
