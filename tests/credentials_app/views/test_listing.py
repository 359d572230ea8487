"""The Credentials tab: columns, search, filters, pages, and rows that update themselves."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.notices import muting
from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.presentation.list_head import COLUMNS
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = 10
"""Eight of the page with its saved views, and two for counts: of columns, and of owners."""


def names(answer: Any) -> list[str]:
    return [each.row.name for each in answer.context["rows"]]


def counted(answer: Any, chip: str = "status") -> dict[str, int]:
    [found] = [each for each in answer.context["chips"] if each.name == chip]
    return {each.value: each.count for each in found.choices}


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
    assert spent == 9
    Snapshots.forget_all()
    assert queries(lambda: visitor.get(address)) == 12, "with the counts of the chips"


def test_the_counts_are_those_of_half_a_minute_ago_and_follow_what_a_person_does(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(seat, 3)
    address = credentials_url(seat.workspace, "list")

    def total() -> str:
        page = visitor.get(address).content.decode()
        found = re.search(r'name="access" value="pull".*?filter__count">(\d+)<', page)
        assert found
        return found[1]

    assert total() == "3"
    row = Credential.objects.filter(workspace=seat.workspace).first()
    assert row
    row.delete()
    assert total() == "3", "no person did it, so the counts are kept"
    scenes.stored("added-by-somebody", by=seat)
    assert total() == "3", "one less and one more"
    Credential.objects.filter(workspace=seat.workspace).exclude(name="added-by-somebody").delete()
    monkeypatch.setattr("credentials_app.presentation.snapshots.LIFE_S", 0)
    assert total() == "1"


def test_the_pager_has_room_for_the_rows_that_came_since_the_counts(
    visitor: Client, seat: Seat
) -> None:
    many(seat, 25)
    address = f"{credentials_url(seat.workspace, 'list')}?status=attention"

    def turn(status: Status) -> None:
        Credential.objects.filter(workspace=seat.workspace).update(status=status)

    turn(Status.VALID)
    assert visitor.get(address).context["total"] == "0"
    turn(Status.EXPIRED)
    page = visitor.get(address).context
    assert len(page["rows"]) == 25
    assert page["pager"].label == "1–25 of 25"
    page = visitor.get(f"{address}&size=25&page=2").context
    assert (page["query"].page, len(page["rows"])) == (1, 25)


def test_the_next_page_opens_also_if_the_counts_are_older_than_its_rows(
    visitor: Client, seat: Seat
) -> None:
    many(seat, 30)
    address = f"{credentials_url(seat.workspace, 'list')}?status=attention"
    Credential.objects.filter(workspace=seat.workspace).update(status=Status.VALID)
    visitor.get(address)
    Credential.objects.filter(workspace=seat.workspace).update(status=Status.EXPIRED)
    first = visitor.get(address).context["pager"]
    assert first.label == "1–25 of 26"
    second = visitor.get(credentials_url(seat.workspace, "list") + first.next_url).context
    assert second["query"].page == 2
    assert second["pager"].label == "26–30 of 30"


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


def test_filters_count_and_narrow(visitor: Client, seat: Seat) -> None:
    scenes.stored("untouched", by=seat)
    for name, outcome in (("fine", Outcome.VALID), ("dead", Outcome.EXPIRED)):
        scenes.checked(scenes.stored(name, by=seat), outcome)
    address = credentials_url(seat.workspace, "list")
    assert counted(visitor.get(address)) == {
        ATTENTION: 1, Status.EXPIRED: 1, "expiring": 0, "unclear": 1, Status.UNVERIFIED: 1,
        "working": 1, Status.PAUSED: 0, Status.VALID: 1,
    }  # fmt: skip
    assert names(visitor.get(address, {"status": "attention"})) == ["dead"]
    assert names(visitor.get(address, {"status": "valid"})) == ["fine"]
    assert len(names(visitor.get(address, {"status": "made-up"}))) == 3


def test_pages_follow_each_other_without_a_gap(visitor: Client, seat: Seat) -> None:
    many(seat, 60)
    address = credentials_url(seat.workspace, "list")
    seen: list[str] = []
    labels = []
    answer = visitor.get(address, {"q": "row", "sort": "-name"})
    while True:
        seen += names(answer)
        pager = answer.context["pager"]
        labels.append(pager.label)
        if not pager.next_url:
            break
        assert "q=row" in pager.next_url
        answer = visitor.get(address + pager.next_url)
    assert seen == [f"row-{number:03}" for number in reversed(range(60))]
    assert labels == ["1–25 of 60", "26–50 of 60", "51–60 of 60"]
    assert names(visitor.get(address + pager.previous_url)) == seen[25:50]
    assert names(visitor.get(address + pager.first_url)) == seen[:25]


def test_a_page_has_as_many_rows_as_one_chooses(visitor: Client, seat: Seat) -> None:
    many(seat, 60)
    address = credentials_url(seat.workspace, "list")
    pager = visitor.get(address).context["pager"]
    assert [(each.size, each.is_on) for each in pager.sizes] == [
        (25, True), (50, False), (100, False),
    ]  # fmt: skip
    assert [len(names(visitor.get(address + each.url))) for each in pager.sizes] == [25, 50, 60]


@pytest.mark.parametrize(
    ("page", "label"),
    [
        ("99", "26–30 of 30"),
        *((page, "1–25 of 30") for page in ("0", "-1", "x", "9" * 30, "²", "")),
    ],
)
def test_a_page_that_is_not_there_is_the_nearest_one(
    visitor: Client, seat: Seat, page: str, label: str
) -> None:
    many(seat, 30)
    answer = visitor.get(credentials_url(seat.workspace, "list"), {"page": page})
    assert answer.context["pager"].label == label


def test_every_head_sorts_and_says_so(visitor: Client, seat: Seat) -> None:
    many(seat, 2)
    address = credentials_url(seat.workspace, "list")
    page = visitor.get(address).content.decode()
    assert page.count("aria-sort") == 1
    assert 'class="col-status" aria-sort="ascending"' in page
    for key in COLUMNS:
        assert f'href="?sort={key}"' in page or key == "status"
        answer = visitor.get(address, {"sort": key})
        [head] = [each for each in answer.context["heads"] if each.aria_sort]
        assert (head.key, head.aria_sort, head.url) == (key, "ascending", f"?sort=-{key}")
        back = visitor.get(address + head.url)
        [head] = [each for each in back.context["heads"] if each.aria_sort]
        assert (head.key, head.aria_sort) == (key, "descending")
        assert names(answer) == names(back)[::-1] or key not in {"name", "status"}


def test_the_counts_follow_the_search(visitor: Client, seat: Seat) -> None:
    for name, outcome in (("billing-1", Outcome.VALID), ("billing-2", Outcome.EXPIRED)):
        scenes.checked(scenes.stored(name, by=seat), outcome)
    scenes.checked(scenes.stored("other", by=seat), Outcome.EXPIRED)
    address = credentials_url(seat.workspace, "list")
    answer = visitor.get(address, {"q": "billing"})
    assert answer.context["total"] == "2"
    for value, count in counted(answer).items():
        assert len(names(visitor.get(address, {"q": "billing", "status": value}))) == count
    assert counted(answer)[ATTENTION] == counted(answer)[Status.VALID] == 1


def test_a_search_keeps_filter_order_and_size(visitor: Client, seat: Seat) -> None:
    many(seat, 2)
    asked = {"q": "row", "status": "valid", "sort": "-ends", "size": "50", "page": "1"}
    page = visitor.get(credentials_url(seat.workspace, "list"), asked).content.decode()
    [form] = re.findall(r'<form class="narrow-by".*?</form>', page, re.DOTALL)
    for name in ("sort", "size"):
        assert f'<input type="hidden" name="{name}" value="{asked[name]}">' in form
    assert re.findall(r'value="(\w+)" id="status_\d+" checked', form) == ["valid"]


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


@pytest.mark.parametrize("view", ["list", "report"])
def test_what_somebody_knows_of_or_snoozed_says_so(visitor: Client, seat: Seat, view: str) -> None:
    """Others see it, and do not begin the same work again."""
    known = scenes.checked(scenes.stored("known", by=seat), Outcome.EXPIRED)
    quiet = scenes.checked(scenes.stored("quiet", by=seat), Outcome.EXPIRED)
    address = credentials_url(seat.workspace, view)
    before = visitor.get(address).content.decode()
    assert "Acknowledged" not in before
    assert "Snoozed" not in before
    muting.acknowledge(seat, known)
    muting.snooze(seat, quiet, 7)
    page = visitor.get(address).content.decode()
    assert page.count(f"Acknowledged by {seat.user.email}") == 1
    assert page.count("Snoozed, ends in 6 days") == 1


def test_a_row_says_what_it_lacks_and_when_it_ends_in_days(visitor: Client, seat: Seat) -> None:
    lacking = scenes.verdict(Outcome.MISSING_SCOPE, needed=("push",), missing=("push",))
    scenes.checked(scenes.stored("deploy", by=seat), lacking)
    soon = timezone.now() + timedelta(days=11, hours=1)
    Credential.objects.update(expires_at=soon, expires_source="provider")
    page = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    assert "lacks push" in page
    assert "in 11 days" in page
    assert '<progress class="bar bar--end" max="90" value="11"' in page


def test_the_title_and_the_icon_tell_how_many_are_broken(visitor: Client, seat: Seat) -> None:
    address = credentials_url(seat.workspace, "list")
    scenes.checked(scenes.stored("good", by=seat), Outcome.VALID)
    told = visitor.get(address).content.decode()
    assert "<title>Credentials ·" in told
    assert "favicon.svg" in told
    for name in ("bad", "worse"):
        scenes.checked(scenes.stored(name, by=seat), Outcome.EXPIRED)
    for found in ("", "?status=valid"):
        told = visitor.get(f"{address}{found}").content.decode()
        assert "<title>(2) Credentials ·" in told
        assert "favicon-alert.svg" in told
    assert "<title>Credentials ·" in visitor.get(f"{address}?q=worse").content.decode()


def test_pages_heads_and_polls_keep_the_chips(visitor: Client, seat: Seat) -> None:
    many(seat, 30)
    Credential.objects.filter(name="row-000").update(asked_at=timezone.now(), push=True)
    address = credentials_url(seat.workspace, "list")
    asked = "?owner=nobody&access=pull&access=push"
    answer = visitor.get(f"{address}{asked}")
    page = answer.content.decode()
    assert answer.context["pager"].next_url == f"{asked}&page=2"
    assert all(head.url.startswith(asked) for head in answer.context["heads"])
    assert f'hx-get="{address}{asked.replace("&", "&amp;")}"' in page
    assert len(names(visitor.get(f"{address}?owner=nobody&access=push"))) == 1
    fragment = visitor.get(f"{address}?access=push", headers={"HX-Request": "true"})
    assert names(fragment) == ["row-000"]


def test_the_title_does_not_count_what_a_chip_leaves_out(visitor: Client, seat: Seat) -> None:
    scenes.checked(scenes.stored("bad", by=seat), Outcome.EXPIRED)
    page = visitor.get(credentials_url(seat.workspace, "list") + "?access=push").content.decode()
    assert "<title>Credentials ·" in page
    assert "Nothing matches" in page


def test_one_click_keeps_one_provider_of_a_status(visitor: Client, seat: Seat) -> None:
    for name, provider in (("a", "gitlab"), ("b", "gitlab"), ("c", "quay"), ("d", "harbor")):
        scenes.stored(name, by=seat, provider=provider)
    Credential.objects.exclude(name="d").update(status=Status.REFUSED, asked_at=None)
    url = credentials_url(seat.workspace, "list")
    broken = visitor.get(url, {"status": ATTENTION})
    offered = {str(each.word): (each.count, each.url) for each in broken.context["narrowers"]}
    assert {word: count for word, (count, _url) in offered.items()} == {"GitLab": "2", "Quay": "1"}
    one = visitor.get(url + offered["GitLab"][1])
    assert sorted(names(one)) == ["a", "b"]
    assert one.context["narrowers"] == []
    assert visitor.get(url).context["narrowers"] == []
