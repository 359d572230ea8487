"""The strip of ends: which week a day is in, where its dot stands, what is named."""

from datetime import UTC, date, datetime, timedelta

import pytest

from credentials_app.overview.strip import (
    DAYS_AHEAD,
    LONGEST_NAME,
    MOST_DOTS,
    MOST_NAMES,
    Ending,
    Strip,
    strip_of,
    week_starts,
)
from credentials_app.presentation.provider_marks import provider_mark

WEDNESDAY = datetime(2026, 12, 2, 12, tzinfo=UTC)
TODAY = WEDNESDAY.date()


def ending(days: int, name: str = "deploy", provider: str = "gitlab") -> Ending:
    return Ending(name, f"/{name}/", TODAY + timedelta(days=days), provider_mark(provider))


def strip(*endings: Ending, counts: dict[int, int] | None = None) -> Strip:
    usual = {0: 0} if counts is None else counts
    return strip_of(endings, usual, WEDNESDAY)


@pytest.mark.parametrize("weekday", range(7))
def test_the_columns_begin_on_mondays_and_hold_ninety_days(weekday: int) -> None:
    now = WEDNESDAY + timedelta(days=weekday)
    starts = week_starts(now)
    assert {start.weekday() for start in starts} == {0}
    assert starts[0] <= now < starts[1]
    last = now + timedelta(days=DAYS_AHEAD)
    assert starts[-1] <= last < starts[-1] + timedelta(days=7)
    assert len(starts) in {13, 14}


@pytest.mark.parametrize(
    ("days", "week"), [(0, 0), (4, 0), (5, 1), (11, 1), (12, 2), (DAYS_AHEAD, 13)]
)
def test_the_last_day_decides_about_the_week(days: int, week: int) -> None:
    weeks = strip(ending(days)).weeks
    assert [number for number, each in enumerate(weeks) if each.endings] == [week]
    found = weeks[week]
    assert found.monday <= TODAY + timedelta(days=days) <= found.sunday


def test_dots_stand_on_each_other_in_the_order_of_their_days() -> None:
    week = strip(ending(3, "b", "quay"), ending(1, "a"), counts={0: 2}).weeks[0]
    assert [each.name for each in week.endings] == ["a", "b"]
    assert [dot.hue for dot in week.dots] == [1, 4]
    assert week.dots[0].y > week.dots[1].y > 0


def test_a_full_week_says_how_many_more_there_are() -> None:
    many = [ending(1, f"n-{number}") for number in range(MOST_DOTS + 3)]
    week = strip(*many, counts={0: 500}).weeks[0]
    assert len(week.dots) == MOST_DOTS
    assert week.more_dots == 500 - MOST_DOTS
    assert len(week.named) == MOST_NAMES
    assert week.lines[-1].text == f"and {500 - MOST_NAMES} more"
    assert all(0 < dot.y < 116 for dot in week.dots)
    assert all(0 < line.y < 116 for line in week.lines)


def test_a_week_that_the_rows_did_not_reach_still_has_its_number() -> None:
    week = strip(counts={4: 7}).weeks[4]
    assert (week.count, week.dots, week.more_dots, week.more_names) == (7, (), 7, 7)


def test_today_is_where_it_is_in_the_first_column() -> None:
    assert float(strip().today.removesuffix("%")) == pytest.approx(2.5 / 7 * 100 / 14, abs=0.01)


def test_months_are_named_once_each_in_the_week_in_which_they_begin() -> None:
    weeks = strip().weeks
    assert [week.month for week in weeks if week.month] == ["Dec", "Jan", "Feb", "Mar"]
    named = {week.month: week for week in weeks if week.month}
    assert named["Jan"].monday <= date(2027, 1, 1) <= named["Jan"].sunday


def test_the_legend_names_each_provider_once() -> None:
    found = strip(ending(1, provider="quay"), ending(2), ending(3), counts={0: 3})
    assert [mark.label for mark in found.marks] == ["GitLab", "Quay"]
    assert found.count == 3


def test_a_long_name_is_cut_in_the_drawing_alone() -> None:
    long = ending(1, "w" * 100)
    assert len(long.short) == LONGEST_NAME
    assert strip(long, counts={0: 1}).weeks[0].named[0].name == "w" * 100
