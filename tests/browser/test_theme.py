"""The theme that a person chooses holds against that of the system, in the audit too."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.visits import barriers, sign_in
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

LINES = """all => all.map((each) =>
  [each.hasAttribute("aria-current"), getComputedStyle(each).borderBlockEndColor])"""
PAPER = "getComputedStyle(document.documentElement).colorScheme"


@pytest.mark.parametrize(("system", "chosen"), [("light", "Dark"), ("dark", "Light")])
def test_the_choice_holds_against_the_system(
    page: Page, context: BrowserContext, live_server: LiveServer, system: str, chosen: str
) -> None:
    cast.workspace()
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), cast.administrator())
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    page.goto("/account/")
    before = page.evaluate(PAPER)
    page.locator("summary", has_text="Your account").click()
    with page.expect_navigation(url="**/account/"):
        page.get_by_role("button", name=chosen).click()
    after = page.evaluate(PAPER)
    assert after != before
    assert barriers(page) == []
    page.goto("/admin/")
    assert page.evaluate(PAPER) == after
    page.goto("/account/")
    page.locator("summary", has_text="Your account").click()
    expect(page.get_by_role("button", name=chosen)).to_have_attribute("aria-pressed", "true")
    with page.expect_navigation(url="**/account/"):
        page.get_by_role("button", name="System").click()
    assert page.evaluate(PAPER) == before


def test_colors_of_the_person_s_own_leave_a_line_below_the_open_tab_alone(
    page: Page, seat: Seat
) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(credentials_url(seat.workspace, "list"))
    lines: list[tuple[bool, str]] = page.locator(".tabs a").evaluate_all(LINES)
    canvas = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert {is_open for is_open, color in lines if color != canvas} == {True}
