"""The overview in a browser: for everybody, by keyboard, without scripts, at every width."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.visits import barriers, sign_in
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import credential, fleet
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

SCHEMES = ("light", "dark")


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, an administrator too, in a workspace that has something of everything."""
    found = scenes.seat()
    found.user.is_staff = True
    found.user.save(update_fields=["is_staff"])
    fleet(found, timezone.now())
    other = cast.seat(cast.workspace("data"))
    credential(other, "warehouse-pull", timezone.now())
    cast.workspace("empty")
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def pages_of(seat: Seat) -> dict[str, str]:
    home = seat.workspace.organization
    assert home
    return {
        "workspace": credentials_url(seat.workspace, "overview"),
        "all well": credentials_url(cast.workspace("data"), "overview"),
        "first steps": credentials_url(cast.workspace("empty"), "overview"),
        "organization": f"/organizations/{home.slug}/overview/",
        "mine": "/overview/",
    }


def look(page: Page, name: str) -> None:
    """A picture for people, where a folder for pictures is named."""
    if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}.png", full_page=True)


def test_nothing_keeps_people_out_of_an_overview(page: Page, seat: Seat) -> None:
    found = {}
    for name, address in pages_of(seat).items():
        for scheme in SCHEMES:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(address)
            found[name, scheme] = barriers(page)
            for width in (1440, 1024, 390):
                page.set_viewport_size({"width": width, "height": 900})
                look(page, f"overview-{name}-{width}-{scheme}")
    assert {where: what for where, what in found.items() if what} == {}
