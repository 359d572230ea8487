"""The tabs above the list: what each shows, and when it is on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from credentials_app.models import SavedView
from credentials_app.presentation.list_counts import ListCounts, count_rows
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.list_views import MOST_TABS, ViewsAbove, view_tabs, views_above
from credentials_app.presentation.listing import chosen
from credentials_app.presentation.view_query import query_of_view
from credentials_app.selectors import views_for
from credentials_app.services.saved_views import ViewDraft, add_view
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
    assert f'href="?owner={seat.user.pk}" title="Mine" aria-current="page">' in page


def save(seat: Seat, name: str, query: str, *, is_shared: bool = False) -> SavedView:
    return add_view(seat, ViewDraft(name, query, is_shared))


def above(seat: Seat, query: str) -> ViewsAbove:
    rows = list(views_for(seat.workspace, seat.user))
    return views_above(ListQuery.of(QueryDict(query)), seat, rows, ListCounts())


def on(found: ViewsAbove) -> list[str]:
    return [str(tab.word) for tab in found.tabs if tab.is_on]


class TestSaved:
    def test_it_opens_with_its_own_order_and_the_present_size(self, seat: Seat) -> None:
        view = save(seat, "Quay", "provider=quay&sort=-ends")
        tab = above(seat, "q=x&sort=name&size=50").tabs[-1]
        assert tab.url == f"?provider=quay&sort=-ends&size=50&view={view.pk}"
        found = above(seat, tab.url[1:])
        assert on(found) == ["Quay"]
        assert found.opened == view
        assert not found.may_save

    def test_it_is_on_wherever_its_query_comes_from_on_whatever_page(self, seat: Seat) -> None:
        save(seat, "Quay", "provider=quay&sort=-ends")
        assert on(above(seat, "provider=quay&sort=-ends&page=3&size=100")) == ["Quay"]
        assert on(above(seat, "provider=quay")) == []

    def test_one_tab_alone_is_on(self, seat: Seat) -> None:
        first = save(seat, "A", "status=attention", is_shared=True)
        second = save(seat, "B", "status=attention")
        assert on(above(seat, "status=attention")) == ["Needs attention"]
        for view in (first, second):
            assert on(above(seat, f"status=attention&view={view.pk}")) == [view.name]

    def test_other_filters_leave_it_and_can_update_it(self, seat: Seat) -> None:
        view = save(seat, "Quay", "provider=quay")
        for changed in ("provider=quay&q=x", "provider=quay&sort=name", ""):
            found = above(seat, f"{changed}&view={view.pk}")
            assert [tab.word for tab in found.tabs if tab.is_left] == ["Quay"]
            assert found.may_update
        assert not above(seat, f"provider=quay&view={view.pk}").may_update

    def test_the_other_links_lead_out_of_it(self, seat: Seat) -> None:
        view = save(seat, "Quay", "provider=quay")
        other = save(seat, "Hub", "provider=docker_hub")
        tabs = above(seat, f"provider=quay&view={view.pk}").tabs
        leading_here = [tab.word for tab in tabs if str(view.pk) in tab.url]
        assert leading_here == ["Quay"]
        assert [tab.word for tab in tabs if str(other.pk) in tab.url] == ["Hub"]

    @pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000007"])
    def test_an_unknown_view_in_the_address_is_none(self, seat: Seat, key: str) -> None:
        save(seat, "Quay", "provider=quay")
        found = above(seat, f"provider=quay&view={key}")
        assert (on(found), found.opened, found.may_update) == (["Quay"], None, False)

    @pytest.mark.parametrize(
        ("query", "may_save"),
        [
            ("", False),
            ("page=2&size=50", False),
            ("status=attention", False),
            ("provider=quay", False),
            ("provider=quay&sort=name", True),
            ("status=attention&sort=name", True),
            ("q=x", True),
            ("sort=name", True),
        ],
    )
    def test_a_query_is_saved_where_no_tab_shows_the_same(
        self, seat: Seat, query: str, may_save: bool
    ) -> None:
        save(seat, "Quay", "provider=quay")
        assert above(seat, query).may_save is may_save

    def test_what_is_gone_is_said_while_the_view_is_open(self, seat: Seat) -> None:
        view = save(seat, "Old", f"owner={cast.bob().pk}&status=made-up&status=attention")
        opened = query_of_view(view, seat.user).url()[1:]
        assert above(seat, opened).gone == (
            "status: made-up", "Owner: Somebody who owns none here",
        )  # fmt: skip
        assert above(seat, "").gone == ()

    def test_a_reader_who_owns_nothing_is_not_gone(self, seat: Seat) -> None:
        view = save(seat, "Mine and broken", "owner=me&status=attention")
        assert above(seat, query_of_view(view, seat.user).url()[1:]).gone == ()

    def test_many_are_folded_and_the_present_one_shows(self, seat: Seat) -> None:
        for number in range(9):
            last = save(seat, f"view {number}", f"q={number}")
        usual = len(view_tabs(ListQuery(), seat.user))
        found = above(seat, "")
        assert [tab.word for tab in found.tabs[usual:]] == [f"view {n}" for n in range(MOST_TABS)]
        assert [tab.word for tab in found.more] == [f"view {n}" for n in range(MOST_TABS, 9)]
        for query in (f"q=8&view={last.pk}", f"q=other&view={last.pk}"):
            found = above(seat, query)
            assert found.tabs[-1].word == "view 8"
            assert len(found.tabs) == usual + MOST_TABS
            assert len(found.more) == 9 - MOST_TABS

    def test_what_one_may_do(self, seat: Seat) -> None:
        viewer = cast.seat(seat.workspace, cast.someone(seat.workspace, "viewer"))
        ours = save(seat, "Ours", "q=ours", is_shared=True)
        own = save(viewer, "Own", "q=own")
        found = above(viewer, f"q=else&view={ours.pk}")
        assert (found.may_change, found.may_update, found.may_share) == (False, False, False)
        assert found.may_save
        assert above(viewer, f"q=else&view={own.pk}").may_update
        assert above(seat, f"q=else&view={ours.pk}").may_update
        assert above(seat, "").may_share
        assert not above(cast.seat(cast.personal()), "").may_share
