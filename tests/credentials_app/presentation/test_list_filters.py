"""The chips of the list: what each value finds, what is counted beside it, and what is shown."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.presentation import list_counts
from credentials_app.presentation.list_chips import MOST_CHOICES, Chip, chips
from credentials_app.presentation.list_conditions import FILTERS
from credentials_app.presentation.list_counts import ListCounts, count_rows
from credentials_app.presentation.list_filters import ACROSS, GROUPS, LIST_CHIPS
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import chosen
from credentials_app.presentation.tags import tag_hue
from credentials_app.services.tags import store_tags
from tests import cast
from tests.credentials_app.presentation.test_listing import (
    NOW,
    WORST_FIRST,
    since,
    store,
    told,
    typed,
)
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
SERVERS = ("https://a.example.org", "https://b.example.org:5000", "http://c.example.org")
ENDS: tuple[dict[str, Any], ...] = (
    {}, told(-2), typed(-2), told(6), typed(7), told(29), typed(30), told(89), typed(91),
    {"expires_source": "by_design"},
)  # fmt: skip


@pytest.fixture
def people(seat: Seat) -> list[Any]:
    """Two owners, and nobody."""
    return [seat.user, cast.participant(seat.workspace, cast.bob()), None]


@pytest.fixture
def rows(seat: Seat, people: list[Any]) -> list[Credential]:
    """Credentials that differ in everything that the chips tell apart."""
    kinds = [*WORST_FIRST.values(), *ENDS]
    long_ago = {"use_seen": "never", "use_told_at": NOW, "secret_set_at": NOW - timedelta(days=99)}
    return [
        store(
            seat,
            f"row-{number:02}",
            **since(number)
            | {"status": "valid", "push": number % 2 == 0}
            | (long_ago if number % 5 == 0 else {})
            | kinds[number % len(kinds)]
            | {
                "owner": people[number % 3],
                "server": SERVERS[number // 2 % 3],
                "has_excess": (None, True, False)[number % 3],
                "provider": ("gitlab", "quay")[number // 3 % 2],
            },
        )
        for number in range(2 * len(kinds))
    ]


@pytest.fixture
def tagged(rows: list[Credential]) -> list[Credential]:
    """The same credentials, with no tag to three of them."""
    for number, row in enumerate(rows):
        store_tags(row, ("ci", "prod", "team:shop")[: number % 4])
    return rows


def query_of(address: str) -> ListQuery:
    return ListQuery.of(QueryDict(address))


def found(seat: Seat, query: ListQuery) -> int:
    return chosen(seat.workspace, query, NOW).count()


def counts_of(seat: Seat, address: str = "") -> ListCounts:
    return count_rows(seat.workspace, query_of(address), NOW)


def chip_of(seat: Seat, name: str, address: str = "") -> Chip:
    query = query_of(address)
    [chip] = [each for each in chips(query, counts_of(seat, address)) if each.name == name]
    return chip


def test_every_credential_is_in_one_group(seat: Seat, rows: list[Credential]) -> None:
    groups = [
        set(chosen(seat.workspace, query_of(f"status={group}"), NOW).values_list("pk", flat=True))
        for group in GROUPS
    ]
    assert all(groups)
    assert sum(len(group) for group in groups) == len(set.union(*groups)) == len(rows)


def test_the_statuses_below_a_group_are_parts_of_it(seat: Seat, rows: list[Credential]) -> None:
    for group, parts in GROUPS.items():
        for part in parts:
            both = found(seat, query_of(f"status={group}&status={part}"))
            assert both == found(seat, query_of(f"status={group}")), part


def test_every_status_filter_has_a_place_in_the_chip() -> None:
    placed = [*GROUPS, *(part for parts in GROUPS.values() for part in parts), *ACROSS]
    assert sorted(placed) == sorted(FILTERS)


ASKED = (
    "", "q=row-1", "status=attention", "status=working&status=unused", "provider=quay",
    "server=http://c.example.org&server=https://a.example.org", "owner=nobody", "access=push",
    "ends=30", "ends=month", "ends=none&ends=7&access=pull",
    "status=valid&ends=90&access=push_not_proved",
    "q=row&status=unclear&provider=gitlab&access=pull&ends=none",
    "tag=prod", "tag=prod&tag=team:shop&provider=quay", "tag=-", "tag=-&tag=prod&q=row-1",
    "q=tag:ci", "q=shop&owner=nobody", "q=tag:-", "tag=gone", "ends=never", "access=excess",
    "ends=45&access=push", "ends=200&ends=45&access=excess", "age=30&status=valid",
    "checked=never", "used=90&ends=none", "secret=http", "age=5&checked=2&ends=60",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_each_choice_counts_what_it_finds_within_the_rest_of_the_query(
    seat: Seat, tagged: list[Credential], asked: str
) -> None:
    query, counts = query_of(asked), counts_of(seat, asked)
    assert counts.total == found(seat, query)
    for name in LIST_CHIPS:
        for choice in chip_of(seat, name, asked).choices:
            alone = query.without(name).url() + f"&{name}={choice.value}"
            assert choice.count == found(seat, query_of(alone[1:])), alone


def test_several_values_of_a_chip_add_up_and_chips_narrow(
    seat: Seat, rows: list[Credential], people: list[Any]
) -> None:
    of = counts_of(seat).of
    assert sum(of["owner"].values()) == sum(of["server"].values()) == len(rows)
    one, other, _nobody = people
    both = found(seat, query_of(f"owner={one.pk}&owner=nobody"))
    assert both == of["owner"][str(one.pk)] + of["owner"]["nobody"]
    for row in chosen(seat.workspace, query_of(f"owner={other.pk}&provider=quay"), NOW):
        assert (row.owner, row.shown_provider) == (other, "quay")


def test_a_credential_counts_for_each_of_its_tags_or_for_none(
    seat: Seat, tagged: list[Credential]
) -> None:
    of = counts_of(seat).of["tag"]
    assert of["ci"] > of["prod"] > of["team:shop"] > 0
    assert of["ci"] + of["-"] == len(tagged)
    assert found(seat, query_of("tag=ci&tag=prod")) == of["ci"]
    assert found(seat, query_of("q=tag:ci+tag:prod")) == of["prod"]
    words = [(str(each.word), each.hue) for each in chip_of(seat, "tag").choices]
    assert words == [
        ("ci", tag_hue("ci")), ("prod", tag_hue("prod")), ("team:shop", tag_hue("team:shop")),
        ("No tag", 0),
    ]  # fmt: skip


def test_tags_of_another_workspace_neither_count_nor_find(
    seat: Seat, tagged: list[Credential]
) -> None:
    there = cast.seat(cast.workspace("ops"))
    store_tags(store(there, "theirs"), ("theirs", "ci"))
    before = counts_of(seat).of["tag"]
    assert "theirs" not in before
    assert found(seat, query_of("tag=theirs")) == found(seat, query_of("q=theirs")) == 0
    assert found(there, query_of("tag=ci")) == 1


def test_many_servers_do_not_hide_a_tag(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_counts, "MOST_GROUPS", 4)
    for number in range(5):
        row = store(seat, f"row-{number}", server=f"https://r{number:02}.example.org")
        store_tags(row, ("prod",) if number else ())
    of = counts_of(seat).of
    assert of["tag"] == {"prod": 4, "-": 1}
    assert len(of["server"]) == 1


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [("PROD", ("prod",)), ("-", ("-",)), ("größe", ()), ("", ()), ("a b", ()), ("x" * 41, ())],
)
def test_an_address_names_a_tag_as_it_is_stored(typed: str, canonical: tuple[str, ...]) -> None:
    assert query_of(urlencode({"tag": typed})).chosen("tag") == canonical


@pytest.mark.parametrize(
    ("ends", "expected"),
    [("7", {3, 4}), ("30", {3, 4, 5, 6}), ("90", {3, 4, 5, 6, 7}), ("none", {0, 9})],
)
def test_ends_within_leaves_out_what_is_past(seat: Seat, ends: str, expected: set[int]) -> None:
    for number, end in enumerate(ENDS):
        store(seat, f"end-{number}", status="valid", **end)
    rows = chosen(seat.workspace, query_of(f"ends={ends}"), NOW)
    assert {int(row.name[4:]) for row in rows} == expected
    assert counts_of(seat).of["ends"][ends] == len(expected)


def test_what_is_chosen_stands_in_the_chip_with_a_way_out(
    seat: Seat, rows: list[Credential], people: list[Any]
) -> None:
    asked = f"q=row&owner=nobody&owner={people[1].pk}&ends=30&sort=name&page=2"
    taken = {str(each.word): each.url for each in chip_of(seat, "owner", asked).chosen}
    assert taken == {
        "Nobody": f"?q=row&owner={people[1].pk}&ends=30&sort=name",
        "Bob": "?q=row&owner=nobody&ends=30&sort=name",
    }
    assert [str(each.word) for each in chip_of(seat, "ends", asked).chosen] == ["Within 30 days"]


def test_what_is_chosen_and_finds_nothing_keeps_its_box_and_its_name(
    seat: Seat, rows: list[Credential], people: list[Any]
) -> None:
    asked = f"q=nothing-like-this&owner={people[1].pk}&server=https://gone.example&provider=harbor"
    for name, word in (("owner", "Bob"), ("server", "gone.example"), ("provider", "Harbor")):
        [choice] = [each for each in chip_of(seat, name, asked).choices if each.is_on]
        assert (str(choice.word), choice.count) == (word, 0)


def test_people_of_one_name_are_told_apart_and_strangers_have_none(seat: Seat) -> None:
    twins = [cast.person(f"{n}@example.org", name="Kim") for n in "ab"]
    for number, person in enumerate([*twins, None]):
        store(seat, f"of-{number}", owner=person)
    words = [str(each.word) for each in chip_of(seat, "owner").choices]
    assert sorted(words) == ["Kim (a@example.org)", "Kim (b@example.org)", "Nobody"]
    elsewhere = cast.person("mallory@example.org", name="Mallory")
    store(cast.seat(cast.personal()), "theirs", owner=elsewhere)
    for key in (elsewhere.pk, uuid4()):
        [chosen_one] = chip_of(seat, "owner", f"owner={key}").chosen
        assert str(chosen_one.word) == "Somebody who owns none here"


def test_a_chip_offers_fifty_and_all_that_are_chosen(seat: Seat) -> None:
    for number in range(MOST_CHOICES + 5):
        store(seat, f"row-{number}", server=f"https://r{number:02}.example.org")
    chip = chip_of(seat, "server", "server=https://r54.example.org")
    assert (len(chip.choices), chip.left_out) == (MOST_CHOICES + 1, 4)
    assert chip.choices[-1].is_on


def test_values_in_any_order_make_one_address() -> None:
    addresses = {
        query_of(asked).url()
        for asked in (
            "ends=30&status=valid&status=expired&status=valid",
            "status=expired&status=valid&status=made-up&ends=30",
        )
    }
    assert addresses == {"?status=expired&status=valid&ends=30"}


def test_no_more_than_fifty_values_of_a_chip_count() -> None:
    asked = "&".join(f"owner={uuid4()}" for _ in range(99))
    assert len(query_of(asked).chosen("owner")) == 50


@pytest.mark.parametrize(
    "asked", ["", "tag=prod", f"owner={UUID(int=7)}&server=https://a.example&q=x&tag=-&tag=ci"]
)
def test_the_counts_cost_the_same_whatever_is_chosen(
    seat: Seat, tagged: list[Credential], asked: str
) -> None:
    with CaptureQueriesContext(connection) as seen:
        count_rows(seat.workspace, query_of(asked), timezone.now())
    assert len(seen) == 3
