"""Saved views in a real browser: clicks counted, by keyboard, without scripts, many and long."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential, SavedView
from credentials_app.services.saved_views import (
    MOST_SHARED_VIEWS,
    MOST_VIEWS,
    ViewDraft,
    add_view,
)
from tests import cast
from tests.browser.visits import faults, listed, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

LONG = "All that our nightly jobs pull and nobody has looked at yet"


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Iterator[Seat]:
    """Alice, signed in, with credentials in several statuses."""
    cache.clear()
    found = scenes.seat()
    for number, status in enumerate(("valid", "expired", "refused", "paused")):
        row = scenes.stored(f"deploy-{number}", by=found)
        Credential.objects.filter(pk=row.pk).update(
            status=status, asked_at=None, next_check_at=None, owner=found.user
        )
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    yield found
    SavedView.objects.all().delete()


@dataclass
class Hand:
    """Counts what a person does: a click is one, and so is the typing of a text with its Enter."""

    page: Page
    deeds: int = 0

    def click(self, what: Locator) -> None:
        self.deeds += 1
        what.click()

    def type_and_enter(self, text: str) -> None:
        """Into what has the focus."""
        self.deeds += 1
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")


def tab(page: Page, name: str) -> Locator:
    return page.locator(".views__tabs").get_by_role("link", name=name)


def test_a_view_is_saved_with_three_deeds(page: Page, seat: Seat) -> None:
    page.goto(f"{credentials_url(seat.workspace, 'list')}?status=attention&q=deploy")
    hand = Hand(page)
    hand.click(page.locator("#save_view summary"))
    expect(page.get_by_label("Name of the view")).to_be_focused()
    hand.type_and_enter("Broken deployers")
    expect(tab(page, "Broken deployers")).to_have_attribute("aria-current", "page")
    assert hand.deeds <= 3
    expect(page.locator("#save_view")).to_have_count(0)
    tab(page, "All").click()
    expect(page.locator("#rows .row-link")).to_have_count(4)
    tab(page, "Broken deployers").click()
    expect(page.locator("#rows .row-link")).to_have_count(2)
    assert listed(page) == ["deploy-1", "deploy-2"]


def test_the_workspaces_view_takes_one_more_and_others_see_it(page: Page, seat: Seat) -> None:
    page.goto(f"{credentials_url(seat.workspace, 'list')}?status=attention&q=deploy")
    hand = Hand(page)
    hand.click(page.locator("#save_view summary"))
    hand.click(page.get_by_label("The workspace's: everybody here sees it"))
    page.get_by_label("Name of the view").focus()
    hand.type_and_enter("Ours")
    expect(tab(page, "Ours")).to_be_visible()
    assert hand.deeds == 3
    assert SavedView.objects.get().is_shared


def test_a_view_is_updated_renamed_and_deleted(page: Page, seat: Seat) -> None:
    add_view(seat, ViewDraft("Broken ones", "status=attention&q=deploy"))
    page.goto(credentials_url(seat.workspace, "list"))
    tab(page, "Broken ones").click()
    page.get_by_role("link", name="Remove the filter Status: Broken").click()
    expect(tab(page, "Broken ones")).to_contain_text("changed")
    page.locator("#this_view summary").click()
    page.get_by_role("button", name="Update this view with the present filters").click()
    expect(page.get_by_text("“Broken ones” now shows Search: “deploy”.")).to_be_visible()
    expect(tab(page, "Broken ones")).to_have_attribute("aria-current", "page")
    page.locator("#this_view summary").click()
    page.get_by_role("link", name="Rename or share").click()
    page.get_by_label("Name of the view").fill("Deployers")
    page.get_by_role("button", name="Save").click()
    expect(tab(page, "Deployers")).to_be_visible()
    page.locator("#this_view summary").click()
    page.get_by_role("link", name="Delete this view").click()
    page.get_by_role("button", name="Delete the view").click()
    expect(page.get_by_text("The view “Deployers” was deleted.")).to_be_visible()
    expect(tab(page, "Deployers")).to_have_count(0)


def test_a_taken_name_is_told_with_what_was_typed(page: Page, seat: Seat) -> None:
    add_view(seat, ViewDraft("Broken ones", "status=attention&q=deploy"))
    page.goto(f"{credentials_url(seat.workspace, 'list')}?q=deploy")
    page.locator("#save_view summary").click()
    expect(page.get_by_label("Name of the view")).to_be_focused()
    Hand(page).type_and_enter("broken ONES")
    expect(page.get_by_role("alert")).to_contain_text("There is a view of this name already")
    assert faults(page, "views-taken") == []
    name = page.get_by_label("Name of the view")
    expect(name).to_have_value("broken ONES")
    name.fill("Deployers")
    page.keyboard.press("Enter")
    expect(tab(page, "Deployers")).to_have_attribute("aria-current", "page")
    assert page.get_by_role("searchbox").input_value() == "deploy"


def test_a_view_is_saved_by_keyboard_alone(page: Page, seat: Seat) -> None:
    page.goto(f"{credentials_url(seat.workspace, 'list')}?q=deploy")
    page.locator("#save_view summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the view")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#save_view summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the view")).to_be_focused()
    Hand(page).type_and_enter("Deployers")
    expect(tab(page, "Deployers")).to_have_attribute("aria-current", "page")


def test_it_works_without_scripts(plain: Page, seat: Seat) -> None:
    plain.goto(f"{credentials_url(seat.workspace, 'list')}?status=attention")
    plain.get_by_role("searchbox").fill("deploy-1")
    plain.get_by_role("button", name="Search").click()
    plain.goto(f"{credentials_url(seat.workspace, 'list')}?status=attention&q=deploy-1")
    plain.locator("#save_view summary").click()
    plain.get_by_label("Name of the view").fill("Deployers")
    plain.get_by_role("button", name="Save").click()
    expect(tab(plain, "Deployers")).to_have_attribute("aria-current", "page")
    assert listed(plain) == ["deploy-1"]
    assert overflow(plain) == 0


@pytest.mark.parametrize("state", ["few", "many", "more", "save", "changed", "gone"])
def test_nothing_is_cut_and_nothing_keeps_people_out(page: Page, seat: Seat, state: str) -> None:
    gone = cast.bob().pk
    shared = (MOST_SHARED_VIEWS if state in {"many", "more"} else 1, True)
    for count, is_shared in (shared, (MOST_VIEWS if state in {"many", "more"} else 2, False)):
        for number in range(count):
            name = LONG if number == 1 else f"Team {number}" if is_shared else f"Mine {number}"
            last = add_view(seat, ViewDraft(name, f"q=deploy&owner={gone}&sort=name", is_shared))
    query = {"changed": f"q=deploy&view={last.pk}", "save": "q=deploy&status=attention"}
    opened = f"q=deploy&owner={gone}&sort=name&view={last.pk}"
    query |= {"gone": opened, "many": opened, "more": "q=deploy"}
    page.goto(f"{credentials_url(seat.workspace, 'list')}?{query.get(state, '')}")
    opens = {"more": "#more_views", "save": "#save_view", "changed": "#this_view"}
    if state in opens:
        page.locator(f"{opens[state]} summary").click()
    assert faults(page, f"views-{state}") == []


@pytest.mark.parametrize("view", ["view_add", "view_edit", "view_delete"])
def test_the_pages_keep_nobody_out(page: Page, seat: Seat, view: str) -> None:
    row = add_view(seat, ViewDraft(LONG, "q=deploy&status=attention&owner=me", is_shared=True))
    pk = {} if view == "view_add" else {"pk": row.pk}
    page.goto(f"{credentials_url(seat.workspace, view, **pk)}?q=deploy&status=attention")
    assert faults(page, f"views-{view}") == []


def test_a_report_follows_a_view(page: Page, seat: Seat) -> None:
    add_view(seat, ViewDraft(LONG, "q=deploy-1&owner=me", is_shared=True))
    page.goto(credentials_url(seat.workspace, "report"))
    page.get_by_label("About").select_option(LONG)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only the view")).to_contain_text("Search: “deploy-1”; Owner: mine.")
    expect(page.get_by_role("link", name="deploy-1")).to_have_count(1)
    expect(page.get_by_role("link", name="deploy-2")).to_have_count(0)
    assert faults(page, "views-report") == []
    page.get_by_role("link", name=LONG).click()
    expect(tab(page, LONG)).to_have_attribute("aria-current", "page")
