"""What a report says: every credential in its sections, counted, and what changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential, StatusChange
from credentials_app.presentation.list_filters import STATUS_WORDS
from credentials_app.reports.queries import collect
from credentials_app.reports.report import MOST_LINES, Counts, Report, Section, report_of
from credentials_app.reports.scope import ReportScope
from credentials_app.status import Status, Tone
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.reports.rows import DAY, KINDS, UNUSED, keep, keep_one_of_each
from tests.credentials_app.scenes import NOON
from workspaces.rights import access

pytestmark = pytest.mark.django_db
LAST_WEEK = NOON - 7 * DAY


def report(scope: ReportScope | None = None) -> Report:
    scope = scope or ReportScope(cast.alice(), cast.workspace())
    return collect(scope, since=LAST_WEEK, now=NOON)


def names(found: Report, section: Section) -> set[str]:
    return {line.name for part in found.parts if part.section is section for line in part.lines}


def instance() -> ReportScope:
    return ReportScope(cast.administrator())


def test_every_credential_stands_where_it_belongs_and_is_counted_there() -> None:
    keep_one_of_each()
    found = report()
    for section in Section:
        expected = {name for name, (_, sections) in KINDS.items() if section in sections}
        assert names(found, section) == expected
        assert found.counts.of[section] == len(expected)
    assert (found.counts.total, found.counts.hidden) == (len(KINDS), 1)
    assert found.headline == "8 bad, 4 could not be checked, 4 end soon, 1 to replace, 2 unverified"
    assert found.tone is Tone.BAD
    assert not found.is_all_well


@pytest.mark.parametrize("kind", KINDS)
def test_one_alone_is_told_as_it_is(kind: str) -> None:
    columns, sections = KINDS[kind]
    keep(kind, **columns)
    found = report()
    assert {part.section for part in found.parts} == sections
    assert found.is_all_well is (sections <= {Section.PAUSED, Section.UNUSED})


def test_another_workspace_is_not_told() -> None:
    keep("here")
    other = cast.workspace("other")
    keep("there", by=cast.seat(other), status=Status.EXPIRED)
    assert report().is_all_well
    everything = report(instance())
    assert everything.counts.total == 2
    [line] = everything.parts[0].lines
    assert (line.name, line.place) == ("there", "Acme / Other")
    assert line.link == f"/admin/credentials_app/credential/{line.shown.row.pk}/change/"


def test_personal_workspaces_are_told_by_their_person() -> None:
    keep("mine", by=cast.seat(cast.personal()), status=Status.EXPIRED)
    [line] = report(instance()).parts[0].lines
    assert line.place == "alice@example.org (personal)"


class TestAllWell:
    def test_when_all_that_is_checked_works(self) -> None:
        keep("deploy")
        found = report()
        assert found.headline == "all well"
        assert found.tone is Tone.GOOD

    def test_not_where_nothing_is_stored(self) -> None:
        found = report()
        assert found.is_empty
        assert not found.is_all_well
        assert found.headline == "no credentials"

    def test_not_where_something_should_have_been_checked_long_ago(self) -> None:
        keep("deploy", next_check_at=NOON - 2 * DAY)
        found = report()
        assert not found.is_all_well
        assert found.headline == "1 overdue"

    def test_although_something_is_paused_and_that_is_told(self) -> None:
        keep("deploy")
        keep("old", status=Status.PAUSED)
        found = report()
        assert found.is_all_well
        assert names(found, Section.PAUSED) == {"old"}


class TestOrder:
    def test_what_ends_first_stands_first(self) -> None:
        for days in (20, 3, 11):
            keep(f"in-{days}", expires_at=NOON + days * DAY, expires_source="provider")
        keep("typed", expires_on=(NOON + 5 * DAY).date())
        [part] = report().parts
        assert [line.name for line in part.lines] == ["in-3", "typed", "in-11", "in-20"]

    def test_what_is_unused_for_longest_stands_first(self) -> None:
        for days in (95, 190, 100):
            keep(f"{days}-ago", **UNUSED, used_at=NOON - days * DAY)
        [part] = report().parts
        assert [line.name for line in part.lines] == ["190-ago", "100-ago", "95-ago"]

    def test_what_broke_last_stands_first(self) -> None:
        for days in (20, 3, 11):
            keep(f"{days}-ago", status=Status.EXPIRED, status_since=NOON - days * DAY)
        [part] = report().parts
        assert [line.name for line in part.lines] == ["3-ago", "11-ago", "20-ago"]


def many(count: int, **columns: Any) -> None:
    """So many bad ones; what differs is the name."""
    first = keep("row-000", **{"status": Status.EXPIRED, **columns})
    rows = []
    for number in range(1, count):
        row = Credential.objects.get(pk=first.pk)
        row.pk, row.name = Credential().pk, f"row-{number:03}"
        rows.append(row)
    Credential.objects.bulk_create(rows)
    StatusChange.objects.bulk_create(
        StatusChange(credential=row, old="valid", new="expired", at=NOON - DAY, why="expired")
        for row in Credential.objects.all()
    )


class TestMuch:
    def test_it_names_the_first_and_counts_all(self) -> None:
        many(MOST_LINES + 7)
        found = report()
        [part] = found.parts
        assert (len(part.lines), part.count, part.unnamed) == (MOST_LINES, MOST_LINES + 7, 7)
        assert part.list_query.removeprefix("status=") in STATUS_WORDS
        assert (len(found.shifts), found.unnamed_shifts) == (MOST_LINES, 7)

    @pytest.mark.parametrize("count", [1, 50])
    @pytest.mark.parametrize("where", ["workspace", "instance"])
    def test_it_costs_three_queries_however_much_is_stored(self, where: str, count: int) -> None:
        many(count)
        here = ReportScope(cast.alice(), access.open_to(cast.alice()).get(slug="web"))
        scope = instance() if where == "instance" else here
        with CaptureQueriesContext(connection) as asked:
            report(scope)
        assert len(asked) == 3
        assert not any('"sealed"' in query["sql"] for query in asked)

    def test_nothing_crowds_out_another_section(self) -> None:
        many(MOST_LINES + 7)
        keep("ends", expires_on=(NOON + 5 * DAY).date())
        found = report()
        assert names(found, Section.SOON) == {"ends"}


class TestChanges:
    def change(self, row: Credential, *steps: tuple[str, str, timedelta]) -> None:
        for old, new, ago in steps:
            StatusChange.objects.create(
                credential=row, old=old, new=new, at=NOON - ago, why="valid"
            )

    def test_each_credential_is_told_from_first_to_last(self) -> None:
        row = keep("deploy")
        self.change(
            row,
            ("valid", "refused", 3 * DAY),
            ("refused", "unverified", 2 * DAY),
            ("unverified", "valid", DAY),
        )
        [shift] = report().shifts
        assert (shift.old.key, shift.new.key, shift.times) == ("valid", "valid", 3)
        assert shift.is_back
        assert shift.at == NOON - DAY

    def test_only_what_changed_since_the_last_report(self) -> None:
        row = keep("deploy", status=Status.EXPIRED)
        self.change(row, ("unverified", "valid", 8 * DAY), ("valid", "expired", DAY))
        [shift] = report().shifts
        assert (shift.old.key, shift.new.key, shift.times) == ("valid", "expired", 1)
        assert not shift.is_back

    def test_the_last_report_told_the_moment_itself(self) -> None:
        row = keep("deploy")
        self.change(row, ("unverified", "valid", 7 * DAY))
        assert report().shifts == ()

    def test_what_was_added_is_counted(self) -> None:
        keep("old")
        keep("new", created_at=NOON - DAY)
        assert report().counts.added == 1


class TestReasons:
    def test_what_ended_by_itself_is_bad_since_its_end_and_valid_no_more(self) -> None:
        keep("told", expires_at=NOON - DAY, expires_source="provider")
        found = report()
        [line] = found.parts[0].lines
        assert line.since == NOON - DAY
        assert found.counts.valid == 0

    def test_what_works_past_the_end_that_was_typed_says_so(self) -> None:
        keep("typed", expires_on=(NOON - 5 * DAY).date())
        found = report()
        [line] = found.parts[0].lines
        assert line.has_ended
        assert found.counts.valid == 1

    def test_what_is_bad_has_its_cause_and_what_to_do(self) -> None:
        row = scenes.checked(scenes.stored(), Outcome.REJECTED)
        found = collect(
            ReportScope(cast.alice(), cast.workspace()), since=LAST_WEEK, now=row.status_since
        )
        [line] = found.parts[0].lines
        assert "refused the user name and password" in line.shown.cause
        assert line.shown.steps

    def test_what_could_not_be_checked_says_why(self) -> None:
        row = scenes.checked(scenes.stored(), Outcome.VALID)
        for _ in range(3):
            row = scenes.checked(row, Outcome.UNREACHABLE)
        found = collect(
            ReportScope(cast.alice(), cast.workspace()),
            since=LAST_WEEK,
            now=row.last_checked_at or NOON,
        )
        [part] = found.parts
        assert part.section is Section.VAIN
        assert part.lines[0].why_in_vain


def test_a_report_is_a_value_without_a_database() -> None:
    found = report_of([], Counts(total=3, valid=3), [], since=LAST_WEEK, at=NOON)
    assert found.is_all_well
    assert found.parts == ()
