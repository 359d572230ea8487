"""The table of stored credentials, its reports, CSV and print, in three scopes."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.audit_reports.export import HEADINGS
from credentials_app.models import Credential
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.samples.rows import store_rows
from credentials_app.services.tags import store_tags
from credentials_app.status import Status
from tests import cast
from tests.credentials_app.audit_reports.rows import keep
from workspaces.models import AuditEvent, Workspace
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db
SECRET = "made-up-secret-needle-7"
OF_INSTANCE, OF_ACME = "/admin/stored/", "/organizations/acme/stored/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    Snapshots.forget_all()


@pytest.fixture
def ada() -> Client:
    return cast.client_for(cast.administrator())


def of_web(page: str = "stored") -> str:
    return credentials_url(cast.workspace(), page)


def body(answer: Any) -> str:
    assert answer.status_code == 200
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode()


def rows_of_file(client: Client, address: str, **fields: str) -> list[dict[str, str]]:
    text = body(client.post(f"{address}file/", fields)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def some_rows(count: int) -> None:
    for number in range(count):
        row = keep(f"row-{number:02}", owner=cast.alice(), secret=SECRET)
        store_tags(row, ("prod",))


@pytest.fixture
def scattered() -> None:
    """A credential in each of two workspaces, in another organization and in a personal one."""
    keep("web-pull", by=cast.seat(cast.workspace()), status=Status.EXPIRED)
    keep("data-pull", by=cast.seat(cast.workspace("data")))
    rival = cast.organization("rival", owner=cast.mallory())
    there = cast.seat(cast.workspace("shop", organization=rival), cast.mallory())
    keep("rival-pull", by=there, status=Status.EXPIRED)
    keep("own-pull", by=cast.seat(cast.bob().personal_workspace, cast.bob()))


@pytest.mark.usefixtures("scattered")
def test_the_instance_shows_everything_with_where_it_is(ada: Client) -> None:
    page = body(ada.get(OF_INSTANCE))
    for name in ("web-pull", "data-pull", "rival-pull", "own-pull", "Acme / Web", "Rival / Shop",
                 "bob@example.org (personal)", "<strong>4</strong> found"):  # fmt: skip
        assert name in page


@pytest.mark.usefixtures("scattered")
def test_an_organization_shows_its_owner_all_of_its_own_and_nothing_else() -> None:
    alice = cast.client_for(cast.alice())
    for page in ("", "reports/", "print/"):
        shown = body(alice.get(OF_ACME + page))
        assert "rival" not in shown.lower()
        assert "own-pull" not in shown
    assert {row["Name"] for row in rows_of_file(alice, OF_ACME)} == {"web-pull", "data-pull"}


@pytest.mark.usefixtures("scattered")
def test_who_administers_one_workspace_of_an_organization_sees_that_one_alone() -> None:
    cast.participant(cast.workspace("data"), cast.bob(), role="admin")
    cast.participant(cast.workspace(), cast.bob(), role="viewer")
    bob = cast.client_for(cast.bob())
    shown = body(bob.get(OF_ACME))
    assert "data-pull" in shown
    assert "web-pull" not in shown
    assert "Web" not in shown.split("<main")[1]
    chosen = body(bob.get(f"{OF_ACME}?workspace={cast.workspace().pk}"))
    assert "web-pull" not in chosen
    assert "One that is not here" in chosen


@pytest.mark.usefixtures("scattered")
def test_a_workspace_shows_itself_with_its_tabs() -> None:
    shown = body(cast.client_for(cast.alice()).get(of_web()))
    assert "web-pull" in shown
    assert "data-pull" not in shown
    assert 'class="tabs"' in shown
    assert "Workspace</a>" not in shown.split("<main")[1].split("<tbody")[0]


@pytest.mark.parametrize("count", [2, 40])
@pytest.mark.parametrize(
    ("address", "most"), [("", 14), ("?secret=shared", 16), ("reports/", 5), ("print/", 12)]
)
def test_a_page_costs_the_same_however_much_is_stored(
    ada: Client, count: int, address: str, most: int
) -> None:
    some_rows(count)
    where = "/admin/reports/" if address == "reports/" else OF_INSTANCE + address
    body(ada.get(where))
    Snapshots.forget_all()
    with CaptureQueriesContext(connection) as seen:
        body(ada.get(where))
    assert len(seen) == most


def test_filters_combine_and_search_narrows(ada: Client) -> None:
    keep("one", status=Status.EXPIRED, server="https://a.example.org")
    keep("two", status=Status.EXPIRED, server="https://b.example.org")
    keep("three", server="https://a.example.org")
    page = body(ada.get(f"{OF_INSTANCE}?status=expired&server=https://a.example.org"))
    assert "<strong>1</strong> found" in page
    assert ">one</a>" in page
    page = body(ada.get(f"{OF_INSTANCE}?q=two+acme"))
    assert "<strong>1</strong> found" in page
    assert "Nothing matches" in body(ada.get(f"{OF_INSTANCE}?q=absent"))


def test_every_column_sorts_both_ways(ada: Client) -> None:
    now = timezone.now()
    for number, name in enumerate(("b", "a", "c")):
        keep(name, secret_set_at=now - timedelta(days=number), username=f"user-{'cab'[number]}")
    head = body(ada.get(OF_INSTANCE)).split("<thead")[1].split("</thead")[0]
    for key in ("name", "workspace", "owner", "status", "access", "server", "provider", "user",
                "ends", "age", "checked", "used"):  # fmt: skip
        assert f"sort={key}" in head or key == "status", key
        for sort in (key, f"-{key}"):
            page = body(ada.get(f"{OF_INSTANCE}?sort={sort}"))
            assert page.count('class="row-link"') == 3
            if key != "status":
                assert f'aria-sort="{"de" if "-" in sort else "a"}scending"' in page
    assert order_of(ada, "sort=age") == ["c", "a", "b"]
    assert order_of(ada, "sort=-user") == ["b", "c", "a"]


def order_of(client: Client, asked: str) -> list[str]:
    page = body(client.get(f"{OF_INSTANCE}?{asked}"))
    return [part.split(">", 1)[1].split("<")[0] for part in page.split('class="row-link"')[1:]]


def test_pages_follow_each_other_and_a_page_after_the_last_is_the_last(ada: Client) -> None:
    some_rows(30)
    first, second = order_of(ada, "sort=name"), order_of(ada, "sort=name&page=2")
    assert first + second == [f"row-{number:02}" for number in range(30)]
    assert order_of(ada, "sort=name&page=9") == second
    assert "26–30 of 30" in body(ada.get(f"{OF_INSTANCE}?sort=name&page=2&size=25"))


def test_a_report_has_its_question_its_advice_and_its_days(ada: Client) -> None:
    keep("old", secret_set_at=timezone.now() - timedelta(days=50))
    answer = ada.get(f"{OF_INSTANCE}days/?report=old&days=49")
    page = body(ada.get(answer["Location"]))
    assert "<title>Old secrets" in page
    assert "Which secrets are stored for more than 49 days?" in page
    assert 'name="days" min="1" max="3650" value="49"' in page
    assert ">old</a>" in page
    later = ada.get(f"{OF_INSTANCE}days/?report=old&days=51")["Location"]
    assert "<strong>0</strong> found" in body(ada.get(later))
    assert ada.get(f"{OF_INSTANCE}days/?report=absent&days=x")["Location"] == OF_INSTANCE


def test_the_page_of_reports_names_each_with_its_exact_number(ada: Client) -> None:
    keep("one", status=Status.EXPIRED)
    keep("two", status=Status.EXPIRED)
    page = body(ada.get("/admin/reports/"))
    assert page.count('class="question') >= 15
    link = page.split("status=expired")[1].split("</li>")[0]
    assert '<span class="question__count">2</span>' in link
    assert "All 2 stored" in page


def test_equal_secrets_stand_together_and_the_digest_is_shown_nowhere(ada: Client) -> None:
    other = "made-up-other-secret"
    for name, secret in zip("abcde", (SECRET, other, SECRET, "made-up-alone", other), strict=True):
        keep(name, secret=secret)
    page = body(ada.get(f"{OF_INSTANCE}?secret=shared"))
    assert page.count("One secret, 2 places") == 2
    order = order_of(ada, "secret=shared")
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset("ac"), frozenset("be")}
    for row in Credential.objects.all():
        assert row.secret_digest
        for shown in everything(ada, "?secret=shared"):
            assert row.secret_digest not in shown
            assert row.secret_digest.partition(":")[2] not in shown


def test_an_administrator_who_writes_somewhere_does_not_compare_with_it(ada: Client) -> None:
    mine = cast.seat(cast.workspace("mine"))
    cast.participant(mine.workspace, cast.administrator(), role="maintainer")
    keep("guess", by=mine, secret=SECRET)
    keep("theirs", by=cast.seat(cast.workspace("data")), secret=SECRET)
    assert "<strong>0</strong> found" in body(ada.get(f"{OF_INSTANCE}?secret=shared"))
    assert rows_of_file(ada, OF_INSTANCE, secret="shared") == []


def everything(client: Client, asked: str = "") -> list[str]:
    """All that leaves: the table, the reports, CSV and print."""
    fields = dict([asked.removeprefix("?").split("=")]) if asked else {}
    return [
        body(client.get(OF_INSTANCE + asked)),
        body(client.get("/admin/reports/")),
        body(client.get(f"{OF_INSTANCE}print/{asked}")),
        body(client.post(f"{OF_INSTANCE}file/", fields)),
    ]


def test_no_secret_leaves(ada: Client) -> None:
    row = keep("one", secret=SECRET, notes="notes-needle-3")
    keep("two", secret=SECRET)
    sealed = Credential.objects.filter(pk=row.pk).values_list("sealed", flat=True).get()
    for shown in everything(ada):
        assert "one" in shown or "Reports" in shown
        for needle in (SECRET, sealed._stored, "notes-needle-3"):
            assert needle not in shown


def test_no_spreadsheet_runs_a_cell_of_the_file(ada: Client) -> None:
    keep("one", username='=HYPERLINK("http://evil.example.org")', repository="+1+1")
    [row] = rows_of_file(ada, OF_INSTANCE)
    assert row["User name"].startswith("'=HYPERLINK")
    assert row["Repository"] == "'+1+1"
    assert tuple(row) == HEADINGS


def test_the_file_has_what_is_asked_for_and_its_event_says_so(ada: Client) -> None:
    keep("one", status=Status.EXPIRED, owner=cast.alice())
    keep("two")
    [row] = rows_of_file(ada, OF_INSTANCE, status="expired", page="7")
    assert (row["Name"], row["Workspace"], row["Status"]) == ("one", "Acme / Web", "Expired")
    assert row["Owner's address"] == "alice@example.org"
    assert row["Page"].startswith("http")
    event = AuditEvent.objects.get(action="credentials:list:export")
    assert (event.actor_id, event.workspace_id) == (cast.administrator().pk, None)
    assert event.details == {"action": "CSV", "fields": ["status"]}


def test_the_event_of_a_file_of_a_workspace_is_in_its_log() -> None:
    alice = cast.client_for(cast.alice())
    keep("one")
    rows_of_file(alice, of_web())
    event = AuditEvent.objects.get(action="credentials:list:export")
    assert event.workspace_id == cast.workspace().pk


def test_the_print_has_every_row_and_no_name_breaks_it(ada: Client) -> None:
    some_rows(60)
    Workspace.objects.update(name="<b>&</b>")
    page = body(ada.get(f"{OF_INSTANCE}print/?q=row"))
    assert page.count('<th scope="row">') == 60
    assert "60 found, searched for “row”" in page
    assert "<b>&</b>" not in page
    assert page.rstrip().endswith("</html>")


def test_samples_are_in_no_table_of_several(ada: Client) -> None:
    sample = Workspace.objects.create(
        organization=cast.organization(), name="Sample", slug="sample", is_sample=True
    )
    store_rows(sample, [], now=timezone.now())
    assert Credential.objects.count() > 5
    assert "<strong>0</strong> found" in body(ada.get(OF_INSTANCE))


@pytest.mark.parametrize("asked", ["?page=x&size=1&sort=made-up", "?q=%00", "?ends=-1&age=x"])
def test_a_malformed_address_shows_everything(ada: Client, asked: str) -> None:
    keep("one")
    assert "<strong>1</strong> found" in body(ada.get(OF_INSTANCE + asked))


def test_an_empty_instance_says_that_nothing_is_stored(ada: Client) -> None:
    assert "Nothing is stored" in body(ada.get(OF_INSTANCE))


def test_the_start_of_the_administration_leads_to_what_is_stored_first(ada: Client) -> None:
    page = body(ada.get("/admin/"))
    links = [part.split('"')[0] for part in page.split("instance-pages")[1].split('<a href="')[1:]]
    assert links[:3] == ["overview/", "stored/", "reports/"]
    overview = body(ada.get("/admin/overview/"))
    assert "/admin/reports/" in overview
