"""Focus, scroll and title: errors and results get them, and what a script swaps leaves them."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.checks import check
from credentials_app.models import Trial
from registry.outcome import Outcome
from tests import cast
from tests.browser.test_credentials import button, fill
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


def expect_error(page: Page, title: str) -> None:
    """The summary has the focus and is in the window, and the title says that there is an error."""
    summary = page.locator("#error_summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    expect(page).to_have_title(f"Error: {title}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_mistake_of_a_check_is_where_the_focus_goes(
    page: Page, seat: Seat, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(credentials_url(seat.workspace, "add"))
    title = page.title()
    fill(page, name="")
    check_it = page.locator("#act_check")
    check_it.focus()
    page.keyboard.press("Enter")
    expect_error(page, title)
    page.keyboard.press("Tab")
    expect(page.locator("#error_summary").get_by_role("link", name="Name")).to_be_focused()
    assert barriers(page) == []
    page.get_by_label("Name", exact=True).fill("deploy")
    check_it.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_contain_text("Wait for the checker")
    expect(page).to_have_title(title)
    expect(page.locator("#trial_result")).to_be_focused()
    expect(page.locator("#trial > .message")).to_be_in_viewport()
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    expect(page.locator("#trial")).to_contain_text("The login works.")
    expect(page.locator("#trial_result")).to_be_focused()
    assert overflow(page) == 0


def test_a_form_that_is_sent_as_a_whole_focuses_its_summary_too(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    title = page.title()
    fill(page, name="")
    button(page, "Add")()
    expect_error(page, title)


def test_without_a_script_too(browser: Browser, seat: Seat, live_server: LiveServer) -> None:
    address = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=address, java_script_enabled=False)
    sign_in(context, address, seat.user)
    page = context.new_page()
    page.goto(credentials_url(seat.workspace, "add"))
    title = page.title()
    fill(page, name="")
    button(page, "Check")()
    expect_error(page, title)
    context.close()


def test_a_refused_sign_in_focuses_its_summary(page: Page) -> None:
    cast.alice()
    page.goto("/account/login/")
    title = page.title()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill("made-up and wrong")
    button(page, "Sign in")()
    expect_error(page, title)


def test_a_button_that_goes_with_the_result_leaves_the_focus_to_the_next_result(
    page: Page, seat: Seat
) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    button(page, "Check")()
    expect(page.locator("#trial")).to_contain_text("Wait for the checker")
    asking = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    with scenes.registry_says(asking, scenes.evidence(realm=None)):
        check.check_one(Trial, Trial.objects.get().pk)
    page.get_by_role("button", name="Trust it and check").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trial")).to_contain_text("Wait for the checker")
    expect(page.locator("#trial_result")).to_be_focused()


def test_the_result_stands_beside_the_fields_where_there_is_room(page: Page, seat: Seat) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    expect(page.get_by_text("Sealed", exact=True)).to_be_visible()
    button(page, "Check")()
    result, fields = (
        page.locator("#trial"),
        page.locator("#field_name"),
    )
    expect(result).to_contain_text("Wait for the checker")
    expect(page.get_by_text("Sealed", exact=True)).to_have_count(0)
    beside, left = result.bounding_box(), fields.bounding_box()
    assert beside is not None
    assert left is not None
    assert beside["x"] > left["x"] + left["width"]
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(result).to_be_in_viewport(ratio=1)
    page.evaluate("window.scrollTo(0, 0)")
    expect(result).to_be_in_viewport(ratio=1)
