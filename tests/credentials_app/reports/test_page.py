"""The report as a page: what it says, sending it, choosing how often it comes."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.models import OutgoingMail
from credentials_app.models import Credential, ReportSubscription
from credentials_app.reports import queries, sending
from credentials_app.reports.report import HEADINGS
from credentials_app.services.tags import store_tags
from credentials_app.status import Status
from credentials_app.views import report
from tests import cast
from tests.credentials_app.reports.rows import KINDS, LEAVER, keep, keep_one_of_each
from tests.credentials_app.scenes import NOON
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
INSTANCE = "/admin/report/"


@pytest.fixture
def seat() -> Seat:
    return cast.seat(cast.workspace())


@pytest.fixture
def address(seat: Seat) -> str:
    return credentials_url(seat.workspace, "report")


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "database_now", lambda: NOON)


def words(browser: Client, address: str) -> str:
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("where", ["workspace", "instance"])
def test_it_tells_every_credential_that_needs_attention(
    visitor: Client, address: str, where: str
) -> None:
    keep_one_of_each()
    browser = visitor if where == "workspace" else cast.client_for(cast.auditor())
    shown = words(browser, address if where == "workspace" else INSTANCE)
    for name, (_, sections) in KINDS.items():
        assert (f">{name}</a>" in shown) is bool(sections), name
    for heading, *_ in HEADINGS.values():
        assert str(heading) in shown


def test_it_says_that_all_is_well(visitor: Client, address: str) -> None:
    keep("deploy")
    Credential.objects.update(next_check_at=None)
    shown = words(visitor, address)
    assert "All well" in shown
    assert "tone-good" in shown


def test_an_empty_workspace_is_not_called_well(visitor: Client, address: str) -> None:
    shown = words(visitor, address)
    assert "Nothing is stored yet." in shown
    assert "All well" not in shown


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("where", ["workspace", "instance"])
def test_it_costs_the_same_however_long(
    visitor: Client, address: str, where: str, count: int
) -> None:
    first = keep("row-0", status="expired")
    rows = []
    for number in range(1, count):
        row = Credential.objects.get(pk=first.pk)
        row.pk, row.name = Credential().pk, f"row-{number}"
        rows.append(row)
    Credential.objects.bulk_create(rows)
    browser = visitor if where == "workspace" else cast.client_for(cast.administrator())
    where_to = address if where == "workspace" else INSTANCE
    browser.get(where_to)
    with CaptureQueriesContext(connection) as asked:
        browser.get(where_to)
    assert len(asked) == (8 if where == "workspace" else 7)  # the saved views of the form
    assert not any('"sealed"' in query["sql"] for query in asked)


def test_it_is_sent_to_who_presses_the_button(visitor: Client, address: str) -> None:
    keep("deploy")
    answer = visitor.post(address, {"act": "send"}, follow=True)
    assert "The report is on its way to alice@example.org." in answer.content.decode()
    assert OutgoingMail.objects.get().to == "alice@example.org"
    for _ in range(sending.MAX_REPORTS):
        answer = visitor.post(address, {"act": "send"}, follow=True)
    assert "often enough for now" in answer.content.decode()


def test_how_often_it_comes_is_chosen_on_it(visitor: Client, address: str) -> None:
    keep("deploy")
    answer = visitor.post(address, {"act": "choose", "frequency": "daily"}, follow=True)
    shown = " ".join(answer.content.decode().split())
    assert "Saved: Every day." in shown
    assert '<option value="daily" selected>' in shown
    assert "The next one comes on" in shown
    visitor.post(address, {"act": "choose", "frequency": "never"})
    assert ReportSubscription.objects.get().next_at is None
    assert "You get none by mail." in words(visitor, address)


@pytest.mark.parametrize("given", [{}, {"frequency": "hourly"}, {"frequency": "\0"}])
def test_what_is_no_choice_is_told_at_the_field(
    visitor: Client, address: str, given: dict[str, Any]
) -> None:
    answer = visitor.post(address, {"act": "choose", **given})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "field__error" in answer.content.decode()
    assert not ReportSubscription.objects.exists()


@pytest.mark.parametrize(
    ("role", "chosen"), [(Role.ADMIN, "weekly"), (Role.MAINTAINER, "never"), (Role.VIEWER, "never")]
)
def test_the_form_shows_what_comes_without_choosing(
    address: str, seat: Seat, role: Role, chosen: str
) -> None:
    browser = cast.client_for(cast.someone(seat.workspace, role))
    assert f'<option value="{chosen}" selected>' in words(browser, address)


def test_the_tabs_and_the_first_page_of_the_audit_lead_there(visitor: Client, address: str) -> None:
    assert f'href="{address}"' in words(visitor, address.removesuffix("report/"))
    assert 'href="report/"' in words(cast.client_for(cast.auditor()), "/admin/")


@pytest.mark.parametrize("where", ["workspace", "instance"])
def test_a_line_shows_its_tags_at_no_further_cost(
    visitor: Client, address: str, where: str
) -> None:
    page = address if where == "workspace" else INSTANCE
    browser = visitor if where == "workspace" else cast.client_for(cast.administrator())
    rows = [keep(f"row-{number}", status="expired") for number in range(3)]
    words(browser, page)
    with CaptureQueriesContext(connection) as untagged:
        words(browser, page)
    for row in rows[:2]:
        store_tags(row, ("prod", "ci"))
    with CaptureQueriesContext(connection) as tagged:
        shown = words(browser, page)
    assert shown.count('class="tagged"') == 2
    assert len(tagged) == len(untagged)


def test_the_instance_links_to_all_that_a_section_does_not_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "MOST_LINES", 1)
    for name in ("one", "two"):
        keep(name, status=Status.REFUSED)
        keep(f"left-{name}", **{LEAVER: "Lee"})
    shown = words(cast.client_for(cast.auditor()), INSTANCE)
    assert '<a href="/admin/stored/?status=attention">And 1 more</a>' in shown
    assert '<a href="/admin/stored/?secret=leaver">And 1 more</a>' in shown
