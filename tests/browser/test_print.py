"""On paper: the facts in black on white, whole on A4, and nothing that only a screen can use."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from config.web import theme
from credentials_app.models import Credential
from tests.browser.visits import cut_texts, overflow, sign_in
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import fleet
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

A4 = 718  # 210 mm less 10 mm on each side, at 96 px to the inch
HEIGHT = 1047
PAGES = ("overview", "list", "report", "detail")
SCREEN_ONLY = "button, summary, input, select, .topbar, .tabs, .pager, .chips, .bulk-bar, .footer"
SHOWN = f"""() => [...document.querySelectorAll('{SCREEN_ONLY}')]
  .filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 1)
  .map((each) => each.outerHTML.slice(0, 120))"""
HEADS = ("Name", "Status", "Server", "Ends", "Last checked")


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, in a workspace that has something of everything, on paper."""
    found = scenes.seat()
    address = live_server.url.replace("127.0.0.1", "localhost")
    context.add_cookies([{"name": theme.COOKIE, "value": "dark", "url": address}])
    fleet(found, timezone.now())
    sign_in(context, address)
    return found


@pytest.fixture
def paper(page: Page) -> Page:
    """A page that is printed from a dark screen."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": A4, "height": HEIGHT})
    return page


def path_of(seat: Seat, name: str) -> str:
    row = Credential.objects.get(name="ci-push-frontend")
    return credentials_url(seat.workspace, name, **({"pk": row.pk} if name == "detail" else {}))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_paper_and_has_nothing_to_press(
    paper: Page, seat: Seat, name: str
) -> None:
    paper.goto(path_of(seat, name))
    if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
        paper.screenshot(path=Path(folder) / f"print-{name}.png", full_page=True)
        paper.pdf(path=Path(folder) / f"print-{name}.pdf", format="A4")
    assert overflow(paper) == 0
    assert cut_texts(paper) == []
    assert paper.evaluate(SHOWN) == []
    assert paper.evaluate(INK) < DARK


INK = """() => Math.max(
  ...getComputedStyle(document.querySelector("main h1")).color.match(/\\d+/g).map(Number))"""
DARK = 64  # of 255, whatever theme the screen has


def test_a_printed_list_has_all_columns(paper: Page, seat: Seat) -> None:
    paper.goto(path_of(seat, "list"))
    for head in HEADS:
        assert paper.get_by_role("columnheader", name=head, exact=True).is_visible(), head
    row = paper.get_by_role("row").filter(has_text="prod-pull").inner_text()
    assert "ago" in row or "just now" in row
