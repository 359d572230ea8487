"""When a request of the page fails, the page says so, and takes it back when it works again."""

from unittest.mock import patch

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Complaints
from tests.browser.test_credentials import button, fill
from tests.browser.visits import barriers
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


def test_a_check_that_fails_here_is_told_and_taken_back(
    page: Page, seat: Seat, complaints: Complaints, caplog: pytest.LogCaptureFixture
) -> None:
    complaints.expect("500", "Response Status Error Code")
    page.goto(credentials_url(seat.workspace, "add"))
    trouble = page.locator("#trouble")
    expect(trouble).to_be_empty()
    fill(page)
    with patch("credentials_app.views.edit.start_trial", side_effect=RuntimeError("made up")):
        button(page, "Check")()
        expect(trouble).to_contain_text("Something went wrong here")
    expect(trouble).to_be_in_viewport()
    expect(trouble.locator("p")).to_have_count(1)
    assert page.locator("#id_secret").input_value() == scenes.PASSWORD
    assert barriers(page) == []
    button(page, "Check")()
    expect(page.locator("#trial")).to_contain_text("Checking")
    expect(trouble).to_be_empty()


def test_a_server_that_is_away_is_told(
    page: Page, seat: Seat, context: BrowserContext, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    context.set_offline(True)
    button(page, "Check")()
    expect(page.locator("#trouble")).to_contain_text("cannot be reached just now")
    context.set_offline(False)


def test_a_row_that_is_gone_while_the_page_polls_is_told(
    page: Page, seat: Seat, complaints: Complaints
) -> None:
    complaints.expect("404", "Response Status Error Code")
    row = scenes.stored("deploy", by=seat)
    page.goto(credentials_url(seat.workspace, "detail", pk=row.pk))
    row.delete()
    expect(page.locator("#trouble")).to_contain_text("is gone")
