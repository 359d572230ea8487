"""The credentials before and after one in the list that a person came from."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.neighbors import Neighbors, neighbors, place_in
from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> list[Credential]:
    """Three credentials, by name a, b and c."""
    seat: Seat = scenes.seat()
    return [scenes.stored(name, by=seat) for name in "abc"]


def around(row: Credential, address: str) -> Neighbors | None:
    return neighbors(row.workspace, row.pk, QueryDict(address.lstrip("?")), timezone.now())


def names(found: Neighbors | None) -> tuple[str, str]:
    assert found is not None
    sides = (found.previous, found.next)
    keys = [side.pk if side else None for side in sides]
    by_key = {row.pk: row.name for row in Credential.objects.all()}
    first, last = (by_key[key] if key else "" for key in keys)
    return first, last


@pytest.mark.parametrize(("place", "expected"), [(1, ("", "b")), (2, ("a", "c")), (3, ("b", ""))])
def test_before_and_after_follow_the_order_of_the_list(
    rows: list[Credential], place: int, expected: tuple[str, str]
) -> None:
    assert names(around(rows[place - 1], f"sort=name&at={place}")) == expected
    backwards = names(around(rows[place - 1], f"sort=-name&at={4 - place}"))
    assert backwards == expected[::-1]


def test_the_links_keep_the_list_and_lead_on(rows: list[Credential]) -> None:
    found = around(rows[1], "?q=a+b&sort=name&size=50&at=2")
    assert found is not None
    assert found.list_query == "?q=a+b&sort=name&size=50"
    found = around(rows[1], "sort=name&at=2")
    assert found is not None
    assert found.next is not None
    assert found.next.query == "?sort=name&at=3"
    assert names(around(rows[2], found.next.query)) == ("b", "")


def test_what_the_filter_leaves_out_is_no_neighbor(rows: list[Credential]) -> None:
    Credential.objects.filter(pk=rows[1].pk).update(status="refused")
    assert names(around(rows[0], "sort=name&status=unverified&at=1")) == ("", "c")


def test_before_and_after_follow_every_chip(rows: list[Credential]) -> None:
    Credential.objects.filter(pk=rows[1].pk).update(owner=None, push=True)
    Credential.objects.exclude(pk=rows[1].pk).update(owner=cast.bob())
    query = f"?sort=name&owner={cast.bob().pk}&owner={rows[0].pk}&access=pull&at=1"
    found = around(rows[0], query)
    assert names(found) == ("", "c")
    assert found
    assert found.next
    assert names(around(rows[2], found.next.query)) == ("a", "")


@pytest.mark.parametrize(("place", "expected"), [(1, ("", "b")), (2, ("a", "c")), (3, ("b", ""))])
def test_one_that_has_left_the_list_stands_between_those_beside_it(
    rows: list[Credential], place: int, expected: tuple[str, str]
) -> None:
    Credential.objects.filter(pk=rows[place - 1].pk).update(status="paused")
    query = f"sort=name&status=unverified&at={place}"
    assert names(around(rows[place - 1], query)) == expected


def test_the_list_opens_on_the_page_of_the_credential(rows: list[Credential]) -> None:
    found = around(rows[0], "at=51")
    assert found is not None
    assert (found.list_query, found.previous, found.next) == ("?page=3", None, None)


@pytest.mark.parametrize("address", ["", "at=", "at=0", "at=-1", "at=x", "at=٣", "at=1234567890"])
def test_without_a_place_there_are_no_neighbors(rows: list[Credential], address: str) -> None:
    assert around(rows[0], address) is None


def test_another_workspace_is_never_beside(rows: list[Credential]) -> None:
    elsewhere = scenes.stored("b2", by=cast.seat(cast.personal()))
    assert elsewhere.workspace != rows[0].workspace
    assert names(around(rows[1], "sort=name&at=2")) == ("a", "c")


def test_the_place_follows_the_query_string() -> None:
    assert place_in(ListQuery(page=7, search="x")) == "?q=x&at="
