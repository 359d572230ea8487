"""Each report finds what belongs to it and nothing that just does not; none crosses a border."""

import pytest
from django.core.cache import cache
from django.http import QueryDict

from credentials_app.audit_reports.catalog import BY_SLUG, REPORTS, report_asked_for
from credentials_app.audit_reports.figures import count_reports, divide, report_counts
from credentials_app.audit_reports.scope import AuditScope
from credentials_app.audit_reports.table import found_in
from credentials_app.models import Credential
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.audit_reports.rows import CASES, DAY, keep, keep_all
from tests.credentials_app.scenes import NOON
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
SHARED = BY_SLUG["shared"].query()


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def instance() -> AuditScope:
    return AuditScope(cast.administrator())


def of(seat: Seat) -> AuditScope:
    return AuditScope(seat.user, (seat.workspace,))


def names(scope: AuditScope, query: ListQuery) -> set[str]:
    return set(found_in(scope, query, NOON).values_list("name", flat=True))


def test_every_report_has_rows_that_belong_and_rows_that_just_do_not() -> None:
    assert {*CASES, "shared"} == set(BY_SLUG)
    assert all(members and others for members, others in CASES.values())


@pytest.mark.parametrize("slug", sorted(CASES))
def test_a_report_finds_what_belongs_to_it_and_no_more(slug: str) -> None:
    members, others = CASES[slug]
    belong = {keep(f"in-{number}", **each).name for number, each in enumerate(members)}
    for number, each in enumerate(others):
        keep(f"out-{number}", **each)
    assert names(instance(), BY_SLUG[slug].query()) == belong


def test_the_counts_are_those_of_the_tables() -> None:
    keep_all()
    scope = instance()
    counts = count_reports(scope, NOON)
    assert counts.pop("all") == Credential.objects.count()
    assert counts == {each.slug: found_in(scope, each.query(), NOON).count() for each in REPORTS}
    assert all(counts[slug] for slug in CASES)
    assert [each.count for each in report_counts(scope, {**counts, "all": 0})] == [*counts.values()]


@pytest.mark.parametrize(("days", "found"), [(6, {"a", "b"}), (8, {"b"}), (10, set())])
def test_a_report_asks_for_as_many_days_as_the_reader_says(days: int, found: set[str]) -> None:
    for name, ago in (("a", 7), ("b", 9)):
        keep(name, last_checked_at=NOON - ago * DAY)
    query = BY_SLUG["unchecked"].query(days)
    assert names(instance(), query) == found
    assert report_asked_for(query) == (BY_SLUG["unchecked"], days)
    assert str(days) in BY_SLUG["unchecked"].asked(days)


def test_a_filter_is_known_as_its_report_and_a_narrowed_one_is_not() -> None:
    for each in REPORTS:
        assert report_asked_for(each.query()) == (each, each.days)
    narrowed = ListQuery(chips=(*BY_SLUG["expired"].query().chips, ("provider", "gitlab")))
    assert report_asked_for(narrowed) is None
    assert report_asked_for(ListQuery()) is None


def test_equal_secrets_are_found_wherever_they_are_and_others_are_not() -> None:
    home = scenes.seat()
    there = cast.seat(cast.workspace("ops"))
    keep("one", by=home, secret="made-up-shared-1")
    keep("two", by=there, secret="made-up-shared-1")
    keep("alone", by=there, secret="made-up-shared-2")
    keep("never-compared", by=there, secret="made-up-shared-1", secret_digest=None)
    assert names(instance(), SHARED) == {"one", "two"}
    assert names(of(home), SHARED) == names(of(there), SHARED) == set()
    both = AuditScope(home.user, (home.workspace, there.workspace), cast.organization())
    assert names(both, SHARED) == {"one", "two"}


def test_a_deleted_copy_is_no_second_place() -> None:
    keep("one", secret="made-up-shared-1")
    copy = keep("two", secret="made-up-shared-1")
    Credential.objects.filter(pk=copy.pk).update(deleted_at=NOON)
    assert names(instance(), SHARED) == set()


def test_who_writes_in_a_workspace_cannot_guess_secrets_of_others_by_the_instance_report() -> None:
    home, there = scenes.seat(), cast.seat(cast.workspace("ops"))
    keep("theirs", by=there, secret="made-up-shared-1")
    keep("guess", by=home, secret="made-up-shared-1")
    reader = AuditScope(cast.administrator(), writable=frozenset({home.workspace.pk}))
    assert names(reader, SHARED) == set()
    assert count_reports(reader, NOON)["shared"] == 0
    keep("copy", by=there, secret="made-up-shared-1")
    assert names(reader, SHARED) == {"theirs", "copy"}


def test_the_list_of_a_workspace_compares_no_secrets() -> None:
    keep("one", secret="made-up-shared-1")
    keep("guess", secret="made-up-shared-1")
    assert names(of(scenes.seat()), SHARED) == {"one", "guess"}  # for who may export them
    assert not chosen(scenes.seat().workspace, SHARED, NOON).exists()
    keep("plain", server="http://10.1.2.3:5000")
    both = ListQuery(chips=(("secret", "http"), ("secret", "shared")))
    assert names(of(scenes.seat()), both) == {"one", "guess", "plain"}
    assert [row.name for row in chosen(scenes.seat().workspace, both, NOON)] == ["plain"]


def test_a_foreign_row_is_in_no_scope_of_a_workspace_or_an_organization() -> None:
    other = cast.organization("other", owner=cast.mallory())
    there = cast.seat(cast.workspace("theirs", organization=other), cast.mallory())
    keep_all(by=there)
    home = scenes.seat()
    keep("mine", by=home)
    organization = AuditScope(home.user, (home.workspace,), cast.organization())
    for scope in (of(home), organization):
        assert names(scope, ListQuery()) == {"mine"}
        for each in REPORTS:
            assert names(scope, each.query()) <= {"mine"}
        asked = ListQuery(chips=(("workspace", str(there.workspace.pk)),))
        assert names(scope, asked) == set()
        assert names(scope, ListQuery(search="workspace:theirs")) == set()


def test_samples_and_archives_are_in_no_scope_of_several() -> None:
    keep("real")
    for slug, columns in (("old", {"archived_at": NOON}), ("made", {"is_sample": False})):
        seat = cast.seat(cast.workspace(slug))
        keep(f"in-{slug}", by=seat)
        Workspace.objects.filter(pk=seat.workspace.pk).update(**columns)
    assert names(instance(), ListQuery()) == {"real", "in-made"}


def test_the_parts_of_a_division_lead_to_the_rows_that_they_count() -> None:
    keep_all()
    scope = instance()
    for division in divide(scope, NOON):
        for each in division.slices:
            asked = ListQuery.of(QueryDict(each.url.partition("?")[2]))
            assert asked.chips, division.name
            assert found_in(scope, asked, NOON).count() == each.count, each.word
