"""The tabs above the list: what each shows, and when it is on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from credentials_app.presentation.list_counts import count_rows
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.list_views import view_tabs
from credentials_app.presentation.listing import chosen
from tests import cast
from tests.credentials_app.presentation.test_listing import store
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 25, 12, tzinfo=UTC)


def told_at(end: datetime) -> dict[str, Any]:
    return {"status": "valid", "expires_at": end, "expires_source": "provider"}


def shown(seat: Seat, word: str, query: str = "", now: datetime = NOON) -> set[str]:
    tabs = view_tabs(ListQuery.of(QueryDict(query)), seat.user)
    [tab] = [each for each in tabs if each.word == word]
    asked = ListQuery.of(QueryDict(tab.url[1:]))
    rows = set(chosen(seat.workspace, asked, now).values_list("name", flat=True))
    assert count_rows(seat.workspace, asked, now).total == len(rows)
    return rows


def test_each_view_shows_what_it_says(seat: Seat) -> None:
    bob = cast.participant(seat.workspace, cast.bob())
    store(seat, "bad", status="refused", owner=bob)
    store(seat, "mine", status="valid", owner=seat.user)
    store(seat, "ends", **told_at(NOON + timedelta(days=2)))
    assert shown(seat, "All") == {"bad", "mine", "ends"}
    assert shown(seat, "Needs attention") == {"bad"}
    assert shown(seat, "Mine") == {"mine"}
    assert shown(seat, "Ends this month") == {"ends"}


@pytest.mark.parametrize("day", [1, 24, 25, 31])
def test_the_month_ends_with_its_last_moment_and_what_is_past_is_left_out(
    seat: Seat, day: int
) -> None:
    now = NOON.replace(day=day)
    february = datetime(2026, 2, 1, tzinfo=UTC)
    store(seat, "last-moment", **told_at(february - timedelta(microseconds=1)))
    store(seat, "next-month", **told_at(february))
    store(seat, "past", **told_at(now - timedelta(seconds=1)))
    store(seat, "typed-today", status="valid", expires_on=now.date())
    store(seat, "typed-next", status="valid", expires_on=february.date())
    store(seat, "typed-last", status="valid", expires_on=february.date() - timedelta(days=1))
    expected = {"last-moment", "typed-last"} if day < 31 else {"last-moment"}
    assert shown(seat, "Ends this month", now=now) == expected


@pytest.mark.parametrize(
    ("query", "on"),
    [
        ("", ["All"]),
        ("sort=name&size=50&page=2", ["All"]),
        ("status=attention&sort=name", ["Needs attention"]),
        ("ends=month", ["Ends this month"]),
        ("status=attention&q=x", []),
        ("status=attention&status=paused", []),
        ("owner=nobody", []),
    ],
)
def test_a_view_is_on_if_the_list_shows_just_this(seat: Seat, query: str, on: list[str]) -> None:
    tabs = view_tabs(ListQuery.of(QueryDict(query)), seat.user)
    assert [str(tab.word) for tab in tabs if tab.is_on] == on


def test_a_view_keeps_order_and_size(seat: Seat) -> None:
    tabs = view_tabs(ListQuery.of(QueryDict("q=x&owner=nobody&sort=name&size=50")), seat.user)
    assert [tab.url for tab in tabs][:2] == [
        "?sort=name&size=50", "?status=attention&sort=name&size=50",
    ]  # fmt: skip


def test_the_page_marks_the_view_that_is_on(seat: Seat) -> None:
    store(seat, "mine", owner=seat.user)
    address = f"{credentials_url(seat.workspace, 'list')}?owner={seat.user.pk}"
    page = cast.client_for(seat.user).get(address).content.decode()
    assert f'href="?owner={seat.user.pk}" aria-current="page">Mine</a>' in page
