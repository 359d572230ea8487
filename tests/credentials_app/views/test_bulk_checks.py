"""The pages of checks of many: asking for one, following it, and the list meanwhile."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import BulkCheck, BulkCheckEntry, Credential, RegistryOrigin
from credentials_app.services import bulk_checks
from credentials_app.status import Status
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = 8
SCRIPT = {"HX-Request": "true"}
CSRF = re.compile(r"<input[^>]*csrfmiddlewaretoken[^>]*>")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(
        tasks.sweep_due_checks, "delay_on_commit", lambda: calls.append("sweep_due_checks")
    )
    return calls


def resting(seat: Seat, count: int) -> list[UUID]:
    rows = [scenes.stored("row-000", by=seat)]
    for number in range(1, count):
        row = Credential.objects.get(pk=rows[0].pk)
        row.pk, row.name = Credential().pk, f"row-{number:03}"
        rows.append(row)
    Credential.objects.bulk_create(rows[1:])
    tomorrow = database_now() + timedelta(days=1)
    Credential.objects.update(status=Status.VALID, asked_at=None, next_check_at=tomorrow)
    return [row.pk for row in rows]


def ask(visitor: Client, seat: Seat, **fields: Any) -> Any:
    return visitor.post(credentials_url(seat.workspace, "check_many"), {"act": "chosen", **fields})


def queries(visit: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert visit().status_code == 200
    return len(seen)


def close(bulk: BulkCheck, outcomes: dict[str, str]) -> None:
    """As if these had been looked at."""
    for name, outcome in outcomes.items():
        entry = BulkCheckEntry.objects.filter(bulk_check=bulk, credential__name=name)
        assert entry.update(outcome=outcome, done_at=database_now()) == 1


def test_the_list_offers_to_check_the_selected_and_all(
    visitor: Client, seat: Seat, rung: list[str]
) -> None:
    pks = resting(seat, 3)
    page = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    for pk in pks:
        assert f'form="choose" name="pk" value="{pk}"' in page
    answer = ask(visitor, seat, act="chosen", pk=[str(pks[0]), str(pks[2])])
    bulk = BulkCheck.objects.get()
    assert answer.headers["Location"] == credentials_url(seat.workspace, "many", pk=bulk.pk)
    assert set(bulk.entries.values_list("credential", flat=True)) == {pks[0], pks[2]}
    assert bulk.asked_by == seat.user
    assert rung == ["sweep_due_checks"]


def test_check_all_is_about_the_whole_workspace(
    visitor: Client, seat: Seat, rung: list[str]
) -> None:
    resting(seat, 3)
    ask(visitor, seat, act="all", pk="made-up")
    assert BulkCheck.objects.get().total == 3
    assert rung == ["sweep_due_checks"]


@pytest.mark.parametrize("button", [{"act": "all"}, {"act": "chosen", "whole": "1"}])
@pytest.mark.parametrize("query", [{"q": "row-00"}, {"status": "expired"}])
def test_check_these_is_about_what_search_and_filter_find(
    visitor: Client, seat: Seat, rung: list[str], button: dict[str, str], query: dict[str, str]
) -> None:
    pks = resting(seat, 12)
    Credential.objects.filter(pk=pks[11]).update(status=Status.EXPIRED)
    page = visitor.get(credentials_url(seat.workspace, "list"), query)
    found = {row.row.pk for row in page.context["rows"]}
    assert f"Check these {len(found)}" in page.content.decode()
    ask(visitor, seat, **button, **query, pk=str(pks[5]))
    assert set(BulkCheck.objects.get().entries.values_list("credential", flat=True)) == found
    assert 0 < len(found) < 12


@pytest.mark.parametrize("sent", [{}, {"pk": "made-up"}, {"act": "chosen"}])
def test_without_a_selection_nothing_is_checked_and_one_is_told(
    visitor: Client, seat: Seat, rung: list[str], sent: dict[str, str]
) -> None:
    resting(seat, 1)
    answer = ask(visitor, seat, **sent)
    assert answer.headers["Location"] == credentials_url(seat.workspace, "list")
    assert "Select the credentials" in visitor.get(answer.headers["Location"]).content.decode()
    assert not BulkCheck.objects.exists()
    assert rung == []


def test_a_second_ask_leads_to_the_one_that_goes_on(
    visitor: Client, seat: Seat, rung: list[str]
) -> None:
    resting(seat, 2)
    first = ask(visitor, seat, act="all").headers["Location"]
    answer = visitor.post(
        credentials_url(seat.workspace, "check_many"), {"act": "all"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == first
    assert "goes on here already" in answer.content.decode()
    assert rung == ["sweep_due_checks"]


def test_the_page_counts_and_asks_again_only_while_something_is_left(
    visitor: Client, seat: Seat
) -> None:
    resting(seat, 4)
    bulk = bulk_checks.check_workspace(seat)
    address = credentials_url(seat.workspace, "many", pk=bulk.pk)
    close(bulk, {"row-000": "valid", "row-001": "missing_scope"})
    page = visitor.get(address).content.decode()
    for text in ("Checking 4 credentials", "2 of 4 done", 'value="2" max="4"', "Missing scope"):
        assert text in page
    assert f'hx-get="{address}" hx-trigger="every 2s"' in page
    fragment = visitor.get(address, headers=SCRIPT).content.decode()
    assert CSRF.sub("", fragment).strip() in CSRF.sub("", page)
    close(bulk, {"row-002": "unreachable", "row-003": "valid"})
    fragment = visitor.get(address, headers=SCRIPT).content.decode()
    assert "Checked 4 credentials" in fragment
    assert "Could not check" in fragment
    assert "hx-get" not in fragment


def test_the_page_names_what_was_found_bad(visitor: Client, seat: Seat) -> None:
    pks = resting(seat, 3)
    bulk = bulk_checks.check_workspace(seat)
    close(bulk, {"row-000": "expired", "row-001": "unreachable", "row-002": "valid"})
    page = visitor.get(credentials_url(seat.workspace, "many", pk=bulk.pk)).content.decode()
    needs = page[page.index('id="many_bad"') : page.index('id="many_rows"')]
    named = [pk for pk in pks if credentials_url(seat.workspace, "detail", pk=pk) in needs]
    assert named == pks[:1]


def test_the_page_has_a_row_for_each_with_its_result_as_it_comes(
    visitor: Client, seat: Seat
) -> None:
    resting(seat, 3)
    bulk = bulk_checks.check_workspace(seat)
    close(bulk, {"row-001": "expired"})
    page = visitor.get(credentials_url(seat.workspace, "many", pk=bulk.pk)).content.decode()
    shown = page[page.index('id="many_rows"') :]
    found = re.findall(r'class="row-link"[^>]*>([^<]+)<|</svg>(Expired|To do)</span>', shown)
    assert [first or second for first, second in found] == [
        "row-001", "Expired", "row-000", "To do", "row-002", "To do",
    ]  # fmt: skip


def test_the_page_tells_what_must_wait(visitor: Client, seat: Seat) -> None:
    resting(seat, 2)
    bulk = bulk_checks.check_workspace(seat)
    pause = database_now() + timedelta(minutes=30)
    RegistryOrigin.objects.create(origin=str(scenes.REGISTRY), paused_until=pause)
    page = visitor.get(credentials_url(seat.workspace, "many", pk=bulk.pk)).content.decode()
    assert "2 must wait" in page
    assert "in 29\xa0minutes" in page
    assert 'hx-trigger="every 15s"' in page


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("is_over", [False, True])
def test_the_page_costs_the_same_however_many(
    visitor: Client, seat: Seat, count: int, is_over: bool
) -> None:
    resting(seat, count)
    bulk = bulk_checks.check_workspace(seat)
    bulk.entries.filter(credential__name="row-000").update(outcome="valid")
    if is_over:
        bulk.entries.update(outcome="expired", done_at=database_now())
    address = credentials_url(seat.workspace, "many", pk=bulk.pk)
    visitor.get(address)
    assert queries(lambda: visitor.get(address)) == MOST - is_over
    with CaptureQueriesContext(connection) as seen:
        visitor.get(address)
    assert not any('"sealed"' in query["sql"] for query in seen)


def test_the_list_leads_back_while_it_goes_on(visitor: Client, seat: Seat) -> None:
    resting(seat, 2)
    listed = credentials_url(seat.workspace, "list")
    assert "many_brief" not in visitor.get(listed).content.decode()
    bulk = bulk_checks.check_workspace(seat)
    close(bulk, {"row-000": "valid"})
    there = credentials_url(seat.workspace, "many", pk=bulk.pk)
    page = visitor.get(listed).content.decode()
    assert "1 of 2 checked" in page
    assert f'hx-get="{there}?brief"' in page
    brief = visitor.get(f"{there}?brief", headers=SCRIPT).content.decode()
    assert brief.strip() in page
    assert f'hx-get="{listed}" hx-trigger="every 5s"' in page
    close(bulk, {"row-001": "valid"})
    brief = visitor.get(f"{there}?brief", headers=SCRIPT).content.decode()
    assert "2 checked" in brief
    assert "hx-get" not in brief
    assert "many_brief" not in visitor.get(listed).content.decode()
    assert "Checked 2" in visitor.get(f"{there}?brief").content.decode(), "the page, not its line"


def test_who_may_only_look_follows_and_asks_for_nothing(seat: Seat) -> None:
    resting(seat, 1)
    bulk = bulk_checks.check_workspace(seat)
    viewer = cast.client_for(cast.participant(seat.workspace, cast.bob(), "viewer"))
    page = viewer.get(credentials_url(seat.workspace, "list")).content.decode()
    assert 'name="pk"' not in page
    assert f'action="{credentials_url(seat.workspace, "check_many")}"' not in page
    page = viewer.get(credentials_url(seat.workspace, "many", pk=bulk.pk)).content.decode()
    assert "0 of 1 done" in page
    assert "leave_the_rest" not in page


def test_waiting_no_longer_is_a_button(visitor: Client, seat: Seat) -> None:
    resting(seat, 2)
    bulk = bulk_checks.check_workspace(seat)
    answer = visitor.post(credentials_url(seat.workspace, "many_leave", pk=bulk.pk), follow=True)
    page = answer.content.decode()
    assert "2 left to the schedule" in page
    assert "hx-get" not in page
