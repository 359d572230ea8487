"""What is kept of the history: every check for 30 days, then one a change and one a day."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials_app import tasks
from credentials_app.checks import retention
from credentials_app.checks.retention import RetainedRun, expendable, first_whole_day, prune_runs
from credentials_app.models import CheckerWatch, CheckRun, Credential, StatusChange
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ONE, OTHER = uuid4(), uuid4()
LONG_AGO = NOON - 40 * DAY


def kept(
    hours: float, *, of: UUID = ONE, counted: bool = True, changed: bool = False
) -> RetainedRun:
    """A check so many hours after midnight of a day long ago."""
    at = LONG_AGO.replace(hour=0) + timedelta(hours=hours)
    return RetainedRun(uuid4(), of, at, counted, changed)


DAYS: dict[str, tuple[list[RetainedRun], list[int]]] = {
    "nothing": ([], []),
    "the only one of its day": ([kept(3)], []),
    "the last of a day stays": ([kept(3), kept(15), kept(9)], [0, 2]),
    "each day for itself": ([kept(23.9), kept(24), kept(36)], [1]),
    "each credential for itself": ([kept(3), kept(4, of=OTHER)], []),
    "one with a change stays too": ([kept(3, changed=True), kept(9), kept(15)], [1]),
    "one that counted goes before a later one": ([kept(3), kept(9, counted=False)], [1]),
    "where none counted the last stays": ([kept(3, counted=False), kept(4, counted=False)], [0]),
}


@pytest.mark.parametrize("name", DAYS)
def test_one_of_a_day_stays_and_each_with_a_change(name: str) -> None:
    runs, gone = DAYS[name]
    assert set(expendable(runs)) == {runs[index].pk for index in gone}
    assert set(expendable(reversed(runs))) == {runs[index].pk for index in gone}


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 31, 0, 0, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime.fromisoformat("2026-03-31T01:00:00+02:00"), date(2026, 2, 28)),
    ],
)
def test_whole_days_are_those_of_utc(now: datetime, day: date) -> None:
    assert first_whole_day(now) == day


def checks(row: Credential, first: datetime, last: datetime, every: timedelta) -> None:
    """Checks of a credential from the first moment to before the last."""
    times = [first + number * every for number in range((last - first) // every)]
    CheckRun.objects.bulk_create(
        CheckRun(
            credential=row,
            started_at=at,
            took_ms=1,
            outcome="valid",
            verdict={},
            evidence={},
            secret_version=1,
        )
        for at in times
    )


def per_day(row: Credential) -> dict[date, int]:
    counts: dict[date, int] = {}
    for at in row.runs.values_list("started_at", flat=True):
        day = at.astimezone(UTC).date()
        counts[day] = counts.get(day, 0) + 1
    return counts


@pytest.mark.django_db
def test_over_sixty_days_no_day_of_the_last_thirty_loses_a_check() -> None:
    row = scenes.stored()
    midnight = NOON.replace(hour=0)
    checks(row, midnight - 60 * DAY, midnight, 3 * HOUR)
    done = prune_runs(midnight)
    found = per_day(row)
    assert len(found) == 60
    for day, count in found.items():
        assert count == (8 if day >= (midnight - 30 * DAY).date() else 1), day
    assert done.removed == 30 * 7
    assert done.whole_since == (midnight - 30 * DAY).date()


@pytest.mark.django_db
def test_as_the_clock_goes_on_each_day_is_thinned_once_and_stays() -> None:
    row = scenes.stored()
    midnight = NOON.replace(hour=0)
    checks(row, midnight - 35 * DAY, midnight, 6 * HOUR)
    for hours in range(0, 3 * 24, 5):
        prune_runs(midnight + hours * HOUR)
    found = per_day(row)
    assert [found[day] for day in sorted(found)] == [1] * 7 + [4] * 28


@pytest.mark.django_db
def test_a_check_that_changed_the_status_stays_with_its_change() -> None:
    row = scenes.stored()
    checks(row, LONG_AGO.replace(hour=0), LONG_AGO.replace(hour=12), HOUR)
    told = row.runs.order_by("started_at")[4]
    change = StatusChange.objects.create(
        credential=row, run=told, old="valid", new="refused", at=told.started_at, why="rejected"
    )
    prune_runs(NOON)
    change.refresh_from_db()
    assert change.run == told
    assert row.runs.count() == 2


@pytest.mark.django_db
def test_what_is_thinned_is_not_looked_at_again_until_the_next_day() -> None:
    checks(scenes.stored(), LONG_AGO, LONG_AGO + DAY, HOUR)
    prune_runs(NOON)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert prune_runs(NOON + 11 * HOUR).removed == 0
    assert len(queries) == 1
    assert CheckerWatch.objects.get().thinned_until == (NOON - 30 * DAY).date()


@pytest.mark.django_db
def test_one_that_is_cut_off_is_done_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [scenes.stored(name) for name in ("one", "two", "three")]
    for row in rows:
        checks(row, LONG_AGO.replace(hour=0), LONG_AGO.replace(hour=12), HOUR)
    monkeypatch.setattr(retention, "CREDENTIALS_PER_QUERY", 1)
    real, left = retention._prune, iter([True, False])

    def breaks(*args: object) -> int:
        if not next(left):
            raise ConnectionError
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "_prune", breaks)
    with pytest.raises(ConnectionError):
        prune_runs(NOON)
    assert sorted(row.runs.count() for row in rows) == [1, 12, 12]
    monkeypatch.setattr(retention, "_prune", real)
    prune_runs(NOON)
    assert [row.runs.count() for row in rows] == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_removes_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.stored()
    checks(row, LONG_AGO.replace(hour=0), LONG_AGO.replace(hour=23), HOUR)
    monkeypatch.setattr(retention, "RUNS_PER_DELETE", 5)
    with CaptureQueriesContext(connection) as queries:
        prune_runs(NOON)
    removals = [each["sql"] for each in queries if each["sql"].startswith("DELETE")]
    begun = [each["sql"] for each in queries if each["sql"].startswith("BEGIN")]
    assert len(removals) == 5
    if connection.vendor == "sqlite":
        assert len(begun) >= 5
    assert row.runs.count() == 1


@pytest.mark.django_db
def test_the_timetable_thins_too() -> None:
    row = scenes.stored()
    checks(row, LONG_AGO.replace(hour=0), LONG_AGO.replace(hour=12), HOUR)
    tasks.prune_history()
    assert row.runs.count() == 1


@pytest.mark.django_db
def test_the_command_says_what_went(capsys: pytest.CaptureFixture[str]) -> None:
    checks(scenes.stored(), LONG_AGO - 1000 * DAY, LONG_AGO - 999 * DAY, HOUR)
    call_command("prune_history")
    said = capsys.readouterr().out
    assert said.startswith("22 checks removed; every check since 20")


@pytest.mark.django_db
def test_years_without_thinning_are_made_up_for_some_days_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row, midnight = scenes.stored(), NOON.replace(hour=0)
    checks(row, midnight - 400 * DAY, midnight - 300 * DAY, 8 * HOUR)
    real, spans = retention._prune, []

    def noted(credentials: list[UUID], since: date, until: date) -> int:
        spans.append(until - since)
        return real(credentials, since, until)

    monkeypatch.setattr(retention, "_prune", noted)
    assert prune_runs(midnight).removed == 200
    assert max(spans) == retention.DAYS_PER_STEP
    assert sum(spans, timedelta()) == 370 * DAY
    assert set(per_day(row).values()) == {1}


@pytest.mark.django_db
def test_a_young_instance_looks_for_its_oldest_check_once() -> None:
    checks(scenes.stored(), NOON - DAY, NOON, HOUR)
    prune_runs(NOON)
    assert CheckerWatch.objects.get().thinned_until == first_whole_day(NOON)
    assert CheckRun.objects.count() == 24
