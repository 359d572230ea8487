"""The field of a secret: it shows what was typed when asked to, and knows a token's own end."""

import base64
import json

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from registry.outcome import Outcome
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url

NEW = "made-up-password-2"


@pytest.fixture
def address(context: BrowserContext, live_server: LiveServer) -> str:
    """The page that replaces a refused secret."""
    cache.clear()
    row = scenes.checked(scenes.stored("deploy", by=scenes.seat()), Outcome.REJECTED)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return credentials_url(row.workspace, "replace", pk=row.pk)


def token(**claims: object) -> str:
    """A made-up JSON web token with these claims."""
    parts = [{"alg": "none"}, claims, {"made": "up"}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(each.rstrip("=") for each in encoded)


def test_a_button_shows_what_was_typed_until_it_is_sent(page: Page, address: str) -> None:
    page.goto(address)
    field, button = page.locator("#id_secret"), page.get_by_role("button", name="Show what you")
    field.fill(NEW)
    expect(field).to_have_attribute("type", "password")
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Check and replace").click()
    expect(page.locator("#replacement")).to_be_visible()
    expect(page.locator("#id_secret")).to_have_attribute("type", "password")


@pytest.mark.parametrize(
    ("secret", "end"),
    [
        pytest.param(token(exp=1796083200), "2026-12-01", id="a token that ends"),
        pytest.param(token(sub="robot"), "", id="a token that names no end"),
        pytest.param(token(exp="soon"), "", id="an end that is no time"),
        pytest.param("a.b.c", "", id="three parts that are no token"),
        pytest.param(NEW, "", id="a password"),
    ],
)
def test_the_end_is_filled_in_from_the_token(
    page: Page, address: str, secret: str, end: str
) -> None:
    page.goto(address)
    page.locator("#id_secret").fill(secret)
    expect(page.locator("#id_expires_on")).to_have_value(end)


def test_a_date_that_was_typed_stays(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#id_secret").fill(token(exp=1796083200))
    page.locator("#id_expires_on").fill("2027-01-31")
    page.locator("#id_secret").fill(token(exp=1799000000))
    expect(page.locator("#id_expires_on")).to_have_value("2027-01-31")


def test_a_date_that_was_filled_in_follows_the_secret(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#id_secret").fill(token(exp=1796083200))
    page.locator("#id_secret").fill(NEW)
    expect(page.locator("#id_expires_on")).to_have_value("")
