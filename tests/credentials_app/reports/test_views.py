"""A report that follows a saved view: its rows, its words, and what happens when the view goes."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.models import OutgoingMail
from credentials_app.models import Frequency, ReportSubscription, SavedView, StatusChange
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.sending import send_due, send_now
from credentials_app.reports.subscriptions import set_subscription, subscription_of
from credentials_app.services.saved_views import ViewDraft, add_view, delete_view, edit_view
from credentials_app.status import Status
from credentials_app.views import report as pages
from tests import cast
from tests.credentials_app.reports.rows import DAY, keep
from tests.credentials_app.scenes import NOON
from tests.workspaces.mailing import sent
from workspaces import tasks as mail_tasks
from workspaces.audit import Caller
from workspaces.models import AuditEvent, User
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
A_MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "database_now", lambda: NOON)


def save(seat: Seat, query: str, name: str = "Nightly", *, is_shared: bool = True) -> SavedView:
    return add_view(seat, ViewDraft(name, query, is_shared))


def scope(seat: Seat, view: SavedView | None = None, person: User | None = None) -> ReportScope:
    return ReportScope(person or seat.user, seat.workspace, view)


def follow(seat: Seat, view: SavedView | None, person: User | None = None) -> ReportSubscription:
    """This person's subscription, due at noon."""
    about = scope(seat, view, person)
    set_subscription(about, Frequency.WEEKLY, now=NOON, caller=Caller("web"))
    ReportSubscription.objects.filter(person=about.person).update(next_at=NOON)
    row = subscription_of(about)
    assert row
    return row


def names(about: ReportScope) -> set[str]:
    found = collect(about, since=NOON - 7 * DAY, now=NOON)
    return {line.name for part in found.parts for line in part.lines}


def mailed(row: ReportSubscription) -> tuple[str, str, str]:
    """The subject, the text and the HTML of the mail that is due."""
    assert send_due(row.pk, now=NOON)
    letter = sent()[-1]
    return letter.subject, str(letter.body), str(letter.alternatives[0][0])


def words(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


class TestRows:
    def test_it_tells_the_rows_of_the_view_alone(self, seat: Seat) -> None:
        bob = cast.participant(seat.workspace, cast.bob())
        for name, columns in (
            ("mine-bad", {"owner": seat.user, "status": Status.EXPIRED}),
            ("mine-good", {"owner": seat.user}),
            ("his-bad", {"owner": bob, "status": Status.EXPIRED}),
        ):
            row = keep(name, by=seat, **columns)
            StatusChange.objects.create(
                credential=row, old="valid", new="expired", at=NOON - DAY, why="expired"
            )
        found = collect(scope(seat, save(seat, "owner=me")), since=NOON - 7 * DAY, now=NOON)
        assert (found.counts.total, found.counts.valid) == (2, 1)
        assert [line.name for part in found.parts for line in part.lines] == ["mine-bad"]
        assert {shift.name for shift in found.shifts} == {"mine-bad", "mine-good"}
        assert names(scope(seat)) == {"mine-bad", "his-bad"}

    def test_mine_is_the_recipients_own(self, seat: Seat) -> None:
        bob = cast.participant(seat.workspace, cast.bob())
        keep("hers", by=seat, owner=seat.user, status=Status.EXPIRED)
        keep("his", by=seat, owner=bob, status=Status.EXPIRED)
        view = save(seat, "owner=me")
        assert names(scope(seat, view)) == {"hers"}
        assert names(scope(seat, view, bob)) == {"his"}

    def test_a_view_adds_no_row_of_another_workspace(self, seat: Seat) -> None:
        other = cast.seat(cast.workspace("other"))
        keep("there", by=other, status=Status.EXPIRED)
        keep("here", by=seat, status=Status.EXPIRED)
        assert names(scope(seat, save(seat, "status=attention"))) == {"here"}

    @pytest.mark.parametrize(("query", "most"), [("status=attention&q=de", 3), ("owner=me", 4)])
    def test_it_costs_as_many_statements_and_one_for_names(
        self, seat: Seat, query: str, most: int
    ) -> None:
        keep("deploy", by=seat, status=Status.EXPIRED)
        about = scope(seat, save(seat, query))
        with CaptureQueriesContext(connection) as asked:
            names(about)
        assert len(asked) == most
        assert not any('"sealed"' in query["sql"] for query in asked)


class TestMail:
    def test_it_names_the_view_and_its_filter(self, seat: Seat) -> None:
        keep("deploy", by=seat, status=Status.EXPIRED)
        subject, *parts = mailed(follow(seat, save(seat, "status=attention&q=deploy")))
        assert subject == "Report of Acme / Web, Nightly: 1 bad"
        for part in parts:
            assert "Nightly" in part
            assert "Search: “deploy”; Status: Broken." in part

    def test_an_empty_view_is_told_and_not_left_out(self, seat: Seat) -> None:
        keep("deploy", by=seat)
        subject, *parts = mailed(follow(seat, save(seat, "status=attention")))
        assert subject == "Report of Acme / Web, Nightly: no credentials"
        for part in parts:
            assert "No credential is in this view now." in part
            assert "Nothing is stored yet." not in part

    def test_what_the_view_asks_for_in_vain_is_told(self, seat: Seat) -> None:
        keep("deploy", by=seat)
        _subject, *parts = mailed(
            follow(seat, save(seat, f"owner={cast.bob().pk}&status=was-removed"))
        )
        for part in parts:
            assert "status: was-removed; Owner: Somebody who owns none here." in part

    def test_one_asked_for_now_is_about_the_view_too(self, seat: Seat, visitor: Client) -> None:
        keep("deploy", by=seat)
        follow(seat, save(seat, "status=attention"))
        visitor.post(credentials_url(seat.workspace, "report"), {"act": "send"})
        assert OutgoingMail.objects.get().subject.startswith("Report of Acme / Web, Nightly:")


class TestPage:
    def test_the_view_is_chosen_on_it_and_named(self, seat: Seat, visitor: Client) -> None:
        keep("bad", by=seat, status=Status.EXPIRED)
        keep("paused", by=seat, status=Status.PAUSED)
        address = credentials_url(seat.workspace, "report")
        assert 'name="view"' not in words(visitor, address)
        view = save(seat, "status=attention")
        save(seat, "", "Own", is_shared=False)
        page = words(visitor, address)
        assert '<optgroup label="Views of the workspace">' in page
        assert '<optgroup label="My views">' in page
        form = {"act": "choose", "frequency": "daily", "view": str(view.pk)}
        assert visitor.post(address, form).status_code == 302
        page = words(visitor, address)
        assert f'<option value="{view.pk}" selected>' in page
        assert "Only the view" in page
        assert ">Nightly</a>: Status: Broken." in page
        assert ">bad</a>" in page
        assert ">paused</a>" not in page
        visitor.post(address, {"act": "choose", "frequency": "daily", "view": ""})
        assert ">paused</a>" in words(visitor, address)

    @pytest.mark.parametrize("followed", [True, False])
    def test_it_costs_the_same_whatever_is_followed(
        self, seat: Seat, visitor: Client, followed: bool
    ) -> None:
        keep("bad", by=seat, status=Status.EXPIRED)
        view = save(seat, "status=attention")
        follow(seat, view if followed else None)
        address = credentials_url(seat.workspace, "report")
        visitor.get(address)
        with CaptureQueriesContext(connection) as asked:
            visitor.get(address)
        assert len(asked) == 8

    def test_the_instances_report_follows_none(self, seat: Seat) -> None:
        view = save(seat, "status=attention")
        browser = cast.client_for(cast.administrator())
        form = {"act": "choose", "frequency": "daily", "view": str(view.pk)}
        answer = browser.post("/admin/report/", form)
        assert "This view is not there any more" in answer.content.decode()
        assert not ReportSubscription.objects.filter(view=view).exists()


class TestWhoseView:
    def test_nobody_follows_a_view_that_they_cannot_see(self, seat: Seat) -> None:
        viewer = cast.someone(seat.workspace, "viewer")
        own = save(seat, "", is_shared=False)
        there = save(cast.seat(cast.workspace("other")), "")
        address, browser = credentials_url(seat.workspace, "report"), cast.client_for(viewer)
        for view in (own, there, SavedView()):
            form = {"act": "choose", "frequency": "daily", "view": str(view.pk)}
            page = browser.post(address, form).content.decode()
            assert "This view is not there any more" in page
            assert "Nightly" not in page
            with pytest.raises(PermissionDenied):
                set_subscription(
                    scope(seat, view, viewer), Frequency.DAILY, now=NOON, caller=Caller("web")
                )
            with pytest.raises(PermissionDenied):
                send_now(scope(seat, view, viewer), now=NOON, caller=Caller("web"))
        assert not ReportSubscription.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_nor_gets_a_report_of_one_whatever_the_row_says(self, seat: Seat) -> None:
        keep("deploy", by=seat, status=Status.EXPIRED)
        viewer = cast.someone(seat.workspace, "viewer")
        row = follow(seat, None, viewer)
        ReportSubscription.objects.filter(pk=row.pk).update(view=save(seat, "", is_shared=False))
        assert send_due(row.pk, now=NOON) is None
        assert not OutgoingMail.objects.exists()

    def test_a_view_that_was_just_deleted_is_not_followed(self, seat: Seat) -> None:
        view = save(seat, "")
        stale = SavedView.objects.get(pk=view.pk)
        delete_view(seat, view)
        with pytest.raises(SavedView.DoesNotExist):
            set_subscription(scope(seat, stale), Frequency.DAILY, now=NOON, caller=Caller("web"))
        assert not ReportSubscription.objects.exists()

    def test_the_log_names_the_view(self, seat: Seat) -> None:
        follow(seat, save(seat, ""))
        event = AuditEvent.objects.get(action="reports:subscription:change")
        assert event.details == {"action": "weekly", "name": "Nightly"}


class TestWhenTheViewGoes:
    @pytest.fixture
    def row(self, seat: Seat) -> ReportSubscription:
        """A viewer's subscription whose view is deleted."""
        keep("deploy", by=seat, status=Status.EXPIRED)
        view = save(seat, "status=paused")
        row = follow(seat, view, cast.someone(seat.workspace, "viewer"))
        delete_view(seat, view)
        return row

    def test_the_next_mail_is_about_all_and_says_so_once(self, row: ReportSubscription) -> None:
        subject, *parts = mailed(row)
        assert subject == "Report of Acme / Web: 1 bad"
        for part in parts:
            assert "The view “Nightly”, which this report was about, is not there any more." in part
        ReportSubscription.objects.filter(pk=row.pk).update(next_at=NOON - A_MINUTE)
        assert "Nightly" not in "".join(mailed(row))

    def test_the_page_says_so_until_the_mail_or_a_choice(
        self, seat: Seat, row: ReportSubscription
    ) -> None:
        address, browser = credentials_url(seat.workspace, "report"), cast.client_for(row.person)
        assert "The view “Nightly”, which your report was about" in words(browser, address)
        browser.post(address, {"act": "choose", "frequency": "daily", "view": ""})
        assert "Nightly" not in words(browser, address)

    def test_a_report_that_is_not_sent_keeps_the_news(
        self, seat: Seat, row: ReportSubscription
    ) -> None:
        seat.workspace.credentials.all().delete()
        assert send_due(row.pk, now=NOON) is None
        row.refresh_from_db()
        assert row.former_view == "Nightly"

    def test_another_query_changes_the_next_report(self, seat: Seat) -> None:
        keep("deploy", by=seat, status=Status.EXPIRED)
        view = save(seat, "status=paused")
        row = follow(seat, view, cast.someone(seat.workspace, "viewer"))
        edit_view(seat, view, ViewDraft("Bad ones", "status=attention", is_shared=True))
        assert mailed(row)[0] == "Report of Acme / Web, Bad ones: 1 bad"


def test_a_sample_has_no_report_to_follow_a_view(seat: Seat, monkeypatch: Any) -> None:
    monkeypatch.setattr(seat.workspace, "is_sample", True)
    about = scope(seat, save(seat, ""))
    with pytest.raises(PermissionDenied):
        set_subscription(about, Frequency.DAILY, now=NOON, caller=Caller("web"))
