"""Without a mail server the link of an invitation is on the page, and can be copied."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_many import look
from tests.browser.visits import sign_in


def test_the_link_has_the_focus_and_is_copied(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.MAIL_FOLDER = tmp_path
    cast.workspace()
    address = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(context, address)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto("/o/acme/web/people/")
    page.get_by_label("E-mail address").fill("carol@example.org")
    page.get_by_role("button", name="Make a link of invitation").click()
    shown = page.locator("#invitation_link")
    expect(shown).to_be_focused()
    link = page.get_by_label("Link of the invitation").input_value()
    assert "/invitations/" in link
    look(page, "invitation-link")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_the_page_of_the_reset_says_whom_to_ask(
    page: Page, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = tmp_path
    cast.alice()
    page.goto("/account/password/reset/")
    expect(page.get_by_text("Ask its administrator for one")).to_be_visible()
    look(page, "reset-without-mail")
