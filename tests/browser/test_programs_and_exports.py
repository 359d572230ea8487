"""Lines to copy are whole at every width, and fields are shown with the file that they are for."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_api_tokens import look
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url

CUT = """all => all.filter(box => box.scrollWidth > box.clientWidth).length"""
COLUMNS = """all => new Set(all.map(card => Math.round(card.getBoundingClientRect().left))).size"""


@pytest.fixture
def url(live_server: LiveServer, context: BrowserContext) -> str:
    address = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(context, address, cast.alice())
    return address


def boxes_are_whole(page: Page) -> None:
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = page.locator("pre.recipe__text")
        assert boxes.count() > 3
        assert boxes.evaluate_all(CUT) == 0, width


def test_the_lines_that_install_a_program_are_whole(page: Page, url: str) -> None:
    page.goto(f"{url}/help/client/")
    boxes_are_whole(page)
    look(page, "programs")
    shown = page.locator("pre.recipe__text").all_text_contents()
    buttons = page.locator("button[data-copy]")
    assert [each.get_attribute("data-copy") for each in buttons.all()] == shown
    page.get_by_role("link", name="Make an API token").click()
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()


def test_an_export_shows_what_belongs_to_the_chosen_file(page: Page, url: str) -> None:
    row = scenes.stored(by=cast.seat(cast.workspace("web")))
    page.goto(f"{url}{credentials_url(row.workspace, 'export')}?pk={row.pk}")
    name = page.get_by_label("Name of the secret")
    expect(name).to_be_hidden()
    page.get_by_text("Kubernetes: pull secret").click()
    expect(name).to_be_visible()
    expect(page.get_by_label("Namespace, for Kubernetes")).to_be_visible()
    look(page, "export-kubernetes")
    page.get_by_text("podman, skopeo, buildah: auth.json").click()
    expect(name).to_be_hidden()
    page.locator("details.recipe").evaluate_all("all => all.forEach(each => each.open = true)")
    boxes_are_whole(page)
    look(page, "export")
    cards = page.locator("#id_kind .choice")
    for width, columns in ((1440, 2), (390, 1)):
        page.set_viewport_size({"width": width, "height": 900})
        assert cards.evaluate_all(COLUMNS) == columns, width
