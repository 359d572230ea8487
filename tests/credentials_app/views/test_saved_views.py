"""Saving views of the list: in place, renamed, shared, updated, deleted, and what is refused."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from credentials_app.models import (
    LONGEST_VIEW_NAME,
    LONGEST_VIEW_QUERY,
    ReportSubscription,
    SavedView,
)
from credentials_app.services.saved_views import MOST_VIEWS, ViewDraft, add_view
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.views.test_listing import MOST, many, names, queries
from workspaces.models import AuditEvent
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


def at(seat: Seat, view: str, row: SavedView | None = None) -> str:
    return credentials_url(seat.workspace, view, **({"pk": row.pk} if row else {}))


def told(answer: Any) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))


def save(
    seat: Seat, name: str = "Broken", query: str = "status=attention", **more: Any
) -> SavedView:
    return add_view(seat, ViewDraft(name, query, **more))


def bare(answer: Any) -> str:
    """The page without its own address and the token of its forms."""
    page = answer.content.decode().replace(answer.wsgi_request.path, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_a_saved_view_is_a_tab_and_shows_its_rows(visitor: Client, seat: Seat) -> None:
    scenes.stored("deploy", by=seat)
    scenes.stored("other", by=seat)
    page = visitor.get(at(seat, "list"), {"q": "deploy", "sort": "-name"})
    form = {"name": "Deployers", "query": page.context["views"].text, "whose": "own"}
    answer = visitor.post(at(seat, "view_add"), form, follow=True)
    [view] = SavedView.objects.all()
    assert (view.query, view.owner) == ("q=deploy&sort=-name", seat.user)
    assert "The view “Deployers” is saved." in answer.content.decode()
    assert names(answer) == ["deploy"]
    assert [tab.word for tab in answer.context["views"].tabs if tab.is_on] == ["Deployers"]


@pytest.mark.parametrize("count", [0, 1, MOST_VIEWS])
def test_views_cost_one_statement_however_many(visitor: Client, seat: Seat, count: int) -> None:
    many(seat, 2)
    for number in range(count):
        save(seat, f"{number}", f"q={number}&owner=me")
    address = f"{at(seat, 'list')}?q=0&owner={seat.user.pk}"
    visitor.get(address)
    assert queries(lambda: visitor.get(address)) <= MOST


def test_only_who_may_share_is_asked_whose_it_is(visitor: Client, seat: Seat) -> None:
    scenes.stored("deploy", by=seat)
    viewer = cast.client_for(cast.someone(seat.workspace, "viewer"))
    for browser, is_asked in ((visitor, True), (viewer, False)):
        for address in (f"{at(seat, 'list')}?q=deploy", at(seat, "view_add")):
            page = browser.get(address).content.decode()
            assert 'name="name"' in page
            assert ('name="whose"' in page) is is_asked
    own = cast.client_for(seat.user).get(f"{at(cast.seat(cast.personal()), 'view_add')}?q=x")
    assert 'name="whose"' not in own.content.decode()


def test_the_list_offers_to_save_only_what_no_tab_shows(visitor: Client, seat: Seat) -> None:
    scenes.stored("deploy", by=seat)
    for query, is_offered in (("", False), ("status=attention", False), ("q=deploy", True)):
        page = visitor.get(f"{at(seat, 'list')}?{query}").content.decode()
        assert ('id="save_view"' in page) is is_offered


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Give the view a name."),
        ({"name": " \t"}, "Give the view a name."),
        ({"name": "x" * (LONGEST_VIEW_NAME + 1)}, "at most 60 characters"),
        ({"name": "a\u202eb"}, "cannot be shown"),
        ({"name": "needs ATTENTION"}, "The list has a view of this name"),
        ({"name": "bROKEN"}, "There is a view of this name already"),
        ({"name": "glpat-" + "a1B2c3D4e5F6g7H8i9J0"}, "looks like a token"),
        ({"query": "q=glpat-" + "a1B2c3D4e5F6g7H8i9J0"}, "looks like a token"),
        ({"whose": "made-up"}, "made-up"),
        (
            {"query": "&".join(f"server=https://{'x' * 60}-{n}.example.org" for n in range(50))},
            "So many filters cannot be saved",
        ),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_typed_is_lost(
    visitor: Client, seat: Seat, given: dict[str, str], words: str
) -> None:
    save(seat)
    form = {"name": "New", "query": "q=deploy", "whose": "own"} | given
    answer = visitor.post(at(seat, "view_add"), form)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert SavedView.objects.count() == 1
    if "glpat" not in str(given):
        assert answer.context["form"]["name"].value() == form["name"]
        assert answer.context["form"]["query"].value() == form["query"]
    else:
        assert "glpat-" not in page
    assert max(len(view.query) for view in SavedView.objects.all()) <= LONGEST_VIEW_QUERY


def test_the_limit_is_told(visitor: Client, seat: Seat) -> None:
    for number in range(MOST_VIEWS):
        save(seat, f"{number}", f"q={number}")
    answer = visitor.post(at(seat, "view_add"), {"name": "New", "query": "q=x"})
    assert f"You have {MOST_VIEWS} views here, and that is the limit." in answer.content.decode()


def test_a_view_is_renamed_and_shared_and_keeps_its_query(visitor: Client, seat: Seat) -> None:
    query = "status=attention&owner=me&status=was-removed"
    view = save(seat, query=query)
    form = {"name": "Ours", "whose": "workspace", "query": "q=tampered"}
    answer = visitor.post(at(seat, "view_edit", view), form)
    view.refresh_from_db()
    assert (view.name, view.owner, view.query) == ("Ours", None, query)
    assert str(view.pk) in answer["Location"]


def test_a_view_is_updated_with_the_present_filters(visitor: Client, seat: Seat) -> None:
    view = save(seat)
    answer = visitor.post(
        at(seat, "view_update", view), {"query": f"provider=quay&owner={seat.user.pk}&page=3"}
    )
    view.refresh_from_db()
    assert view.query == "provider=quay&owner=me"
    assert told(answer) == "“Broken” now shows Provider: Quay; Owner: mine."


def test_an_update_that_is_refused_keeps_view_and_filters(visitor: Client, seat: Seat) -> None:
    view = save(seat)
    token = "glpat-" + "a1B2c3D4e5F6g7H8i9J0"
    answer = visitor.post(at(seat, "view_update", view), {"query": f"q={token}"})
    view.refresh_from_db()
    assert view.query == "status=attention"
    assert "looks like a token" in told(answer)
    assert f"view={view.pk}" in answer["Location"]


def test_deleting_asks_first_and_names_the_reports(visitor: Client, seat: Seat) -> None:
    view = save(seat, is_shared=True)
    for person in (seat.user, cast.someone(seat.workspace, "viewer")):
        ReportSubscription.objects.create(person=person, workspace=seat.workspace, view=view)
    page = " ".join(visitor.get(at(seat, "view_delete", view)).content.decode().split())
    assert "Delete the view “Broken”" in page
    assert "2 reports follow it. They are about the whole workspace again" in page
    assert SavedView.objects.exists()
    answer = visitor.post(at(seat, "view_delete", view))
    assert not SavedView.objects.exists()
    assert told(answer) == (
        "The view “Broken” was deleted. 2 reports that followed it are about the whole workspace "
        "again."
    )


@pytest.mark.parametrize("deed", ["view_edit", "view_update", "view_delete"])
def test_anothers_own_view_answers_as_one_that_is_not_there(
    visitor: Client, seat: Seat, deed: str
) -> None:
    viewer = cast.seat(seat.workspace, cast.someone(seat.workspace, "viewer"))
    view, absent = save(viewer), SavedView()
    form, events = {"name": "x", "query": "q=x"}, AuditEvent.objects.count()
    answers = [visitor.post(at(seat, deed, row), form) for row in (view, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bare(answers[0]) == bare(answers[1])
    assert AuditEvent.objects.count() == events
    page = visitor.get(f"{at(seat, 'list')}?q=x&view={view.pk}").content.decode()
    assert "Broken</" not in page.partition("narrow_by")[0]


def test_a_reader_has_views_of_their_own_and_leaves_those_of_the_workspace(seat: Seat) -> None:
    shared = save(seat, is_shared=True)
    viewer = cast.someone(seat.workspace, "viewer")
    browser = cast.client_for(viewer)
    browser.post(at(seat, "view_add"), {"name": "My own", "query": "q=x"})
    own = SavedView.objects.get(owner=viewer)
    for deed in ("view_edit", "view_update", "view_delete"):
        assert browser.post(at(seat, deed, shared), {"name": "y"}).status_code == 403
        assert browser.post(at(seat, deed, own), {"name": "y", "query": "q=y"}).status_code == 302
    assert [view.name for view in SavedView.objects.all()] == ["Broken"]


@pytest.mark.parametrize(
    "query", ["owner={bob}", "status=was-removed", "server=https://gone.example.org", "sort=gone"]
)
def test_a_view_of_what_is_gone_opens_everywhere(visitor: Client, seat: Seat, query: str) -> None:
    scenes.stored("deploy", by=seat)
    view = save(seat, query=query.format(bob=cast.bob().pk))
    tab = visitor.get(at(seat, "list")).context["views"].tabs[-1]
    answer = visitor.get(at(seat, "list") + tab.url)
    assert answer.status_code == 200
    is_told = "is not in this workspace any more" in answer.content.decode()
    assert is_told is ("server" not in query)
    for page in ("view_edit", "view_delete"):
        assert visitor.get(at(seat, page, view)).status_code == 200


def test_the_view_goes_along_with_search_order_and_pages(visitor: Client, seat: Seat) -> None:
    many(seat, 30)
    view = save(seat, query="provider=generic")
    answer = visitor.get(f"{at(seat, 'list')}?provider=generic&view={view.pk}")
    key = f"view={view.pk}"
    assert all(key in head.url for head in answer.context["heads"])
    assert key in answer.context["pager"].next_url
    assert f'type="hidden" name="view" value="{view.pk}"' in answer.content.decode()
    left = visitor.get(f"{at(seat, 'list')}?provider=generic&q=row&{key}").content.decode()
    assert "Update this view with the present filters" in left
    assert 'id="save_view"' in left
