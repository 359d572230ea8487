"""Pages lead forward and back, miss nothing and repeat nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from common.paging import Page, page_of_rows

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
BY = ("-expire_date", "session_key")


def fill(count: int) -> list[str]:
    """Rows of which three at a time share the first column; their keys in order of BY."""
    rows = [
        Session(session_key=f"k{number:03}", expire_date=START - timedelta(hours=number // 3))
        for number in range(count)
    ]
    Session.objects.bulk_create(reversed(rows))
    return [row.session_key for row in rows]


def keys(found: Page[Session]) -> list[str]:
    return [row.session_key for row in found.rows]


def test_walking_forward_meets_every_row_once() -> None:
    wanted, met, cursor = fill(23), [], ""
    while True:
        found = page_of_rows(Session.objects.all(), by=BY, cursor=cursor, size=5)
        met += keys(found)
        cursor = found.next_cursor
        if not cursor:
            break
    assert met == wanted


def test_walking_back_meets_the_same_pages() -> None:
    fill(23)
    pages = [page_of_rows(Session.objects.all(), by=BY, size=5)]
    while pages[-1].next_cursor:
        pages.append(
            page_of_rows(Session.objects.all(), by=BY, cursor=pages[-1].next_cursor, size=5)
        )
    here = pages[-1]
    for earlier in reversed(pages[:-1]):
        here = page_of_rows(Session.objects.all(), by=BY, cursor=here.previous_cursor, size=5)
        assert keys(here) == keys(earlier)
    assert not here.previous_cursor
    assert here.next_cursor


def test_one_page_has_no_neighbors() -> None:
    fill(5)
    found = page_of_rows(Session.objects.all(), by=BY, size=5)
    assert (found.next_cursor, found.previous_cursor) == ("", "")


def test_no_rows_are_a_page_too() -> None:
    assert page_of_rows(Session.objects.all(), by=BY) == Page(rows=())


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%",
        "bm8",
        "WyJuIl0",
        "W1siXV0",
        "WyJuIiwxLDJd",
        "eyJhIjoxfQ",
        "A" * 2000,
        pytest.param("WyJuIiwiXHUwMDAwIiwiYSJd", id="a zero character"),
        pytest.param("WyJuIiwiXHVkODAwIiwiYSJd", id="half a character"),
        pytest.param("WyJuIiwiMDAwMS0wMS0wMVQwMDowMCsyMzo1OSIsImEiXQ", id="before all time"),
        pytest.param("WyJuIiwiMjAyNi0wMS0wMVQwMDowMDowMCIsImEiXQ", id="by no clock"),
        pytest.param("WyJuIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSwxXQ", id="a huge number"),
    ],
)
def test_a_cursor_that_means_nothing_is_the_first_page(cursor: str) -> None:
    wanted = fill(3)
    assert keys(page_of_rows(Session.objects.all(), by=BY, cursor=cursor)) == wanted


def test_a_row_that_appears_meanwhile_shifts_nothing() -> None:
    wanted = fill(6)
    first = page_of_rows(Session.objects.all(), by=BY, size=3)
    Session.objects.create(session_key="new", expire_date=START + timedelta(hours=1))
    second = page_of_rows(Session.objects.all(), by=BY, cursor=first.next_cursor, size=3)
    assert keys(first) + keys(second) == wanted
