"""A person makes a token, copies it, and revokes it, in a browser."""

import os
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.api.calls import call, token_for
from tests.browser.visits import barriers, overflow, sign_in
from workspaces.models import ApiToken
from workspaces.models.roles import Role

SIZES = ((1440, 900), (1024, 768), (390, 844))


def look(page: Page, name: str) -> None:
    """Pictures for people, where a folder for them is named; what keeps people out fails."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
                page.wait_for_timeout(300)  # until all colors have changed
                page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        assert overflow(page) == 0, (name, width)
    assert barriers(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_token_is_made_seen_once_and_revoked(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")
    place = cast.workspace("web")
    cast.workspace("apps")
    sign_in(context, url, cast.alice())
    page.goto(f"{url}/account/")
    page.get_by_role("link", name="Your API tokens").click()
    look(page, "tokens-none")
    page.get_by_role("link", name="Make a token").click()
    page.get_by_label("Name", exact=True).fill("cluster in Frankfurt")
    page.get_by_role("button", name="Make the token").click()
    look(page, "token-add-errors")
    page.get_by_text("Reads names, servers, status, checks and reports.").click()
    page.get_by_text("Asks for checks, and reads their results.").click()
    page.get_by_text("Acme / Web").click()
    look(page, "token-add")
    page.get_by_role("button", name="Make the token").click()
    token = page.get_by_label("cluster in Frankfurt").input_value()
    look(page, "token-made")
    assert call("GET", "/workspaces", token).status == 200
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_role("row", name="cluster in Frankfurt")).to_contain_text("Works")
    bob = cast.participant(place, cast.bob(), Role.USER)
    token_for(bob, place, networks=("192.0.2.0/24",), prefixes=("registry.example.org/team",))
    look(page, "tokens")
    page.get_by_role("link", name="Programs that fetch").click()
    expect(page.get_by_role("button", name="the lines for")).to_have_count(3)
    look(page, "programs")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download lockkeeper-preflight").click()
    assert download.value.suggested_filename == "lockkeeper-preflight"
    page.go_back()
    page.get_by_role("button", name="Revoke cluster in Frankfurt").click()
    expect(page.get_by_role("row", name="cluster in Frankfurt")).to_contain_text("Revoked by")
    assert ApiToken.objects.get(name="cluster in Frankfurt").ended_at
    page.goto(f"{url}/o/acme/web/people/")
    page.get_by_role("link", name="API tokens").click()
    look(page, "tokens-of-workspace")
    page.get_by_role("button", name="Revoke deploy script").click()
    expect(page.get_by_text("Nobody has a token for this workspace.")).to_be_visible()
