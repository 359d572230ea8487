"""The filters of the list in a real browser: by mouse, by keyboard, and without scripts."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential
from tests import cast
from tests.browser.visits import faults, listed, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, signed in, with credentials of several servers and owners."""
    found = scenes.seat()
    bob = cast.participant(found.workspace, cast.bob())
    status = ("valid", "expired", "refused", "paused", "unverified", "valid")
    for number in range(6):
        row = scenes.stored(f"deploy-{number}", by=found)
        Credential.objects.filter(pk=row.pk).update(
            status=status[number],
            owner=(bob, found.user, None)[number % 3],
            server=f"https://registry-{number % 2}.a-rather-long-name.example.org",
            asked_at=None,
            next_check_at=None,
        )
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def menu(page: Page, name: str) -> None:
    page.locator(f"#chip_{name} summary").click()


def test_ticks_apply_at_once_and_the_menu_stays_open(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    menu(page, "status")
    page.get_by_role("checkbox", name="Broken").check()
    page.wait_for_url("**/?status=attention")
    expect(page.get_by_role("checkbox", name="Broken")).to_be_focused()
    page.get_by_role("checkbox", name="Paused").check()
    page.wait_for_url("**/?status=attention&status=paused")
    assert listed(page) == ["deploy-1", "deploy-2", "deploy-3"]
    menu(page, "server")
    page.get_by_role("checkbox", name="registry-1").check()
    page.wait_for_url("**&server=*")
    assert listed(page) == ["deploy-1", "deploy-3"]
    page.get_by_role("link", name="Remove the filter Status: Broken").click()
    expect(page.locator("#rows .row-link")).to_have_count(1)
    assert listed(page) == ["deploy-3"]
    page.get_by_role("link", name="deploy-3").click()
    page.go_back()
    assert listed(page) == ["deploy-3"]


def test_a_filter_by_keyboard_alone(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.locator("#chip_owner summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.wait_for_url("**/?owner=*")
    expect(page.locator("#chip_owner")).to_have_attribute("open", "")
    expect(page.locator("#owner_1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#chip_owner summary")).to_be_focused()
    expect(page.locator("#chip_owner")).not_to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#rows .row-link")).to_have_count(6)


@pytest.mark.parametrize("open_one", ["", "status", "server", "owner", "ends"])
def test_nothing_is_cut_and_nothing_keeps_people_out(page: Page, seat: Seat, open_one: str) -> None:
    chosen = "?status=attention&status=unverified&owner=nobody&ends=none&access=pull"
    chosen += "&server=https://registry-1.a-rather-long-name.example.org"
    page.goto(credentials_url(seat.workspace, "list") + (chosen if open_one != "status" else ""))
    if open_one:
        menu(page, open_one)
    assert faults(page, f"filters-{open_one or 'closed'}") == []


def test_a_view_is_one_click_and_a_person_two(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.get_by_role("link", name="Mine").click()
    expect(page.get_by_role("link", name="Mine")).to_have_attribute("aria-current", "page")
    assert listed(page) == ["deploy-1", "deploy-4"]
    page.get_by_role("link", name="Ends this month").click()
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("link", name="All", exact=True).click()
    menu(page, "owner")
    page.get_by_role("checkbox", name="Bob").check()
    expect(page.locator("#rows .row-link")).to_have_count(2)
    assert listed(page) == ["deploy-0", "deploy-3"]


def test_a_tick_that_was_made_before_the_script_ran_applies_too(page: Page, seat: Seat) -> None:
    held: list[Route] = []
    page.route("**/js/app.js", lambda route: held.append(route), times=1)
    page.goto(credentials_url(seat.workspace, "list"), wait_until="commit")
    menu(page, "owner")
    page.get_by_role("checkbox", name="Bob").check()
    expect(page.locator("#rows .row-link")).to_have_count(6)
    held[0].continue_()
    expect(page.locator("#rows .row-link")).to_have_count(2)


def test_back_from_a_tick_is_the_list_without_it(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    menu(page, "owner")
    page.get_by_role("checkbox", name="Bob").check()
    page.wait_for_url("**/?owner=*")
    expect(page.locator("#rows .row-link")).to_have_count(2)
    page.go_back()
    expect(page.locator("#rows .row-link")).to_have_count(6)
    page.wait_for_timeout(700)  # longer than a tick waits before it applies
    expect(page.locator("#rows .row-link")).to_have_count(6)
    menu(page, "owner")
    expect(page.get_by_role("checkbox", name="Bob")).not_to_be_checked()


def test_words_with_a_key_go_with_ticks(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.get_by_role("searchbox").fill("server:registry-1 deploy")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=server*")
    menu(page, "owner")
    page.get_by_role("checkbox", name="Nobody").check()
    page.wait_for_url("**/?q=server*&owner=nobody")
    assert listed(page) == ["deploy-5"]
    assert page.get_by_role("searchbox").input_value() == "server:registry-1 deploy"


def test_filters_work_without_scripts(plain: Page, seat: Seat) -> None:
    plain.goto(credentials_url(seat.workspace, "list"))
    menu(plain, "access")
    plain.get_by_role("checkbox", name="Pull").check()
    menu(plain, "access")
    menu(plain, "status")
    plain.get_by_role("checkbox", name="Broken").check()
    plain.get_by_role("checkbox", name="Paused").check()
    plain.locator("#chip_status").get_by_role("button", name="Apply").click()
    assert listed(plain) == ["deploy-1", "deploy-2", "deploy-3"]
    plain.get_by_role("link", name="Remove the filter Status: Paused").click()
    assert listed(plain) == ["deploy-1", "deploy-2"]
    assert overflow(plain) == 0
