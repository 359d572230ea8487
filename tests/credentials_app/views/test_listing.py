"""The Credentials tab: columns, search, filters, pages, and rows that update themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential
from credentials_app.presentation import listing
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = 8


@pytest.fixture
def seat() -> Seat:
    return scenes.seat()


@pytest.fixture
def visitor(seat: Seat) -> Client:
    return cast.client_for(seat.user)


def names(answer: Any) -> list[str]:
    return [each.row.name for each in answer.context["rows"]]


def queries(visit: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert visit().status_code == 200
    return len(seen)


def many(seat: Seat, count: int) -> None:
    """Rows that differ from a stored one only by name."""
    first = scenes.stored("row-000", by=seat)
    scenes.checked(first, scenes.verdict(needed=("pull",), held=("pull",)))
    first.refresh_from_db()
    rows = []
    for number in range(1, count):
        row = Credential.objects.get(pk=first.pk)
        row.pk, row.name = Credential().pk, f"row-{number:03}"
        rows.append(row)
    Credential.objects.bulk_create(rows)


@pytest.mark.parametrize("count", [1, 50])
def test_a_list_costs_the_same_however_long(visitor: Client, seat: Seat, count: int) -> None:
    many(seat, count)
    address = credentials_url(seat.workspace, "list")
    visitor.get(address)
    spent = queries(lambda: visitor.get(address))
    assert spent <= MOST
    with CaptureQueriesContext(connection) as seen:
        visitor.get(address)
    assert not any('"sealed"' in query["sql"] for query in seen)
    assert spent == 6


def test_a_row_says_everything_that_a_list_promises(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, repository="team/app")
    verdict = scenes.verdict(
        Outcome.MISSING_SCOPE, needed=("pull", "push"), held=("pull",), missing=("push",)
    )
    scenes.checked(row, verdict)
    page = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    for text in (
        "deploy", "team/app", "Container registry", "registry.example.org", "ci-robot",
        "Missing scope", "push", "missing", "just now",
    ):  # fmt: skip
        assert text in page


@pytest.mark.parametrize("word", ["blue", "BLUE", "registry.blue", "blue-robot", "team/blue"])
def test_search_finds_name_server_user_and_repository(
    visitor: Client, seat: Seat, word: str
) -> None:
    found = {
        "blue": {"name": "blue"},
        "BLUE": {"name": "blue"},
        "registry.blue": {
            "server": scenes.REGISTRY.__class__("https", "registry.blue.example", 443)
        },
        "blue-robot": {"username": "blue-robot"},
        "team/blue": {"repository": "team/blue"},
    }[word]
    scenes.stored(**{"name": "wanted", "by": seat, **found})
    scenes.stored("other", by=seat)
    answer = visitor.get(credentials_url(seat.workspace, "list"), {"q": word})
    assert len(names(answer)) == 1
    assert "other" not in names(answer)


def test_filters_count_and_narrow(visitor: Client, seat: Seat) -> None:
    scenes.stored("untouched", by=seat)
    for name, outcome in (("fine", Outcome.VALID), ("dead", Outcome.EXPIRED)):
        scenes.checked(scenes.stored(name, by=seat), outcome)
    address = credentials_url(seat.workspace, "list")
    counts = {f.value: f.count for f in visitor.get(address).context["filters"]}
    assert counts == {
        "": 3, listing.ATTENTION: 1, Status.UNVERIFIED: 1, Status.VALID: 1, Status.EXPIRED: 1,
    }  # fmt: skip
    assert names(visitor.get(address, {"status": "attention"})) == ["dead"]
    assert names(visitor.get(address, {"status": "valid"})) == ["fine"]
    assert len(names(visitor.get(address, {"status": "made-up"}))) == 3


def test_pages_follow_each_other_without_a_gap(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    many(seat, 8)
    address = credentials_url(seat.workspace, "list")
    seen: list[str] = []
    answer = visitor.get(address, {"q": "row"})
    while True:
        seen += names(answer)
        following = answer.context["pager"].next_url
        if not following:
            break
        assert "q=row" in following
        answer = visitor.get(address + following)
    assert seen == [f"row-{number:03}" for number in range(8)]
    assert names(visitor.get(address + answer.context["pager"].previous_url)) == seen[3:6]


def test_an_empty_list_leads_to_the_form_only_who_may_write(seat: Seat) -> None:
    cast.participant(seat.workspace, cast.bob(), "viewer")
    address, add = credentials_url(seat.workspace, "list"), credentials_url(seat.workspace, "add")
    assert add in cast.client_for(seat.user).get(address).content.decode()
    page = cast.client_for(cast.bob()).get(address).content.decode()
    assert add not in page
    assert "No credentials yet" in page


def test_rows_ask_again_only_while_something_is_checked(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    address = credentials_url(seat.workspace, "list")
    page = visitor.get(address).content.decode()
    assert f'hx-get="{address}" hx-trigger="every 2s"' in page
    fragment = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip() in page
    scenes.checked(row, Outcome.VALID)
    fragment = visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in fragment
    assert "Valid" in fragment


def test_an_outage_is_told_beside_the_status_and_not_instead(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    for _ in range(3):
        row = scenes.checked(row, Outcome.UNREACHABLE)
    fragment = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    assert "tone-good" in fragment
    assert "Could not check" in fragment
    assert "tone-bad" not in fragment


def test_what_travels_unencrypted_says_so(visitor: Client, seat: Seat) -> None:
    scenes.stored("sealed-way", by=seat)
    address = credentials_url(seat.workspace, "list")
    assert "Not encrypted" not in visitor.get(address).content.decode()
    scenes.stored_in_the_clear(by=seat)
    assert visitor.get(address).content.decode().count("Not encrypted") == 1
