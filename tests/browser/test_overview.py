"""The overview in a browser: for everybody, by keyboard, without scripts, at every width."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app import tasks
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
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
        "instance": "/admin/overview/",
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


def test_a_secret_is_replaced_from_its_card(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "overview"))
    page.get_by_role("link", name="Replace the secret of ci-push-frontend").click()
    panel = page.get_by_role("region", name="The new secret of ci-push-frontend")
    expect(panel).to_be_visible()
    expect(page).to_have_url(credentials_url(seat.workspace, "overview"))
    assert barriers(page) == []
    look(page, "overview-replace")
    page.locator("#id_secret").fill("made-up-password-of-another")
    page.get_by_role("link", name="Replace the secret of prod-pull").click()
    expect(page.get_by_role("region", name="The new secret of prod-pull")).to_be_visible()
    expect(panel).to_have_count(0)
    expect(page.locator("#id_secret")).to_be_focused()
    expect(page.locator("#id_secret")).to_have_value("")
    page.locator("#id_secret").fill("made-up-password-2")
    page.get_by_role("button", name="Check and replace").click()
    expect(page.locator("#replacement")).to_be_visible()
    with scenes.registry_says(Outcome.VALID):
        tasks.check_trial(str(Trial.objects.get().pk))
    row = Credential.objects.get(name="prod-pull")
    expect(page).to_have_url(credentials_url(seat.workspace, "detail", pk=row.pk))
    page.goto(credentials_url(seat.workspace, "overview"))
    expect(page.get_by_role("heading", name="prod-pull")).to_have_count(0)


def test_two_clicks_snooze_and_one_takes_it_back(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "overview"))
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="prod-pull"))
    card.get_by_text("Snooze").click()
    card.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("heading", name="prod-pull")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="prod-pull")).to_be_visible()


def test_the_strip_names_what_ends_by_keyboard_and_in_a_table(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "overview"))
    week = page.get_by_role("img", name="nightly-mirror")
    names = week.locator(".week__names")
    expect(names).to_be_hidden()
    week.focus()
    expect(names).to_be_visible()
    expect(names).to_contain_text("nightly-mirror, ")
    look(page, "overview-strip")
    page.get_by_text("As a table").click()
    rows = page.get_by_role("table").get_by_role("row").filter(has_text="nightly-mirror")
    expect(rows).to_have_count(1)
    look(page, "overview-table")


def test_keys_alone_snooze_a_card(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "overview"))
    page.get_by_role("link", name="Replace the secret of prod-pull").focus()
    for key in ("Tab", "Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Nobody is notified of it meanwhile.")).to_be_visible()
    expect(page.get_by_role("heading", name="prod-pull")).to_have_count(0)


def test_it_works_without_scripts(plain: Page, seat: Seat) -> None:
    plain.goto(credentials_url(seat.workspace, "overview"))
    expect(plain.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    card = plain.get_by_role("listitem").filter(has=plain.get_by_role("heading", name="prod-pull"))
    card.get_by_text("Snooze").click()
    card.get_by_role("button", name="1 day").click()
    expect(plain.get_by_role("heading", name="prod-pull")).to_have_count(0)
    plain.get_by_role("button", name="Undo").click()
    plain.get_by_role("link", name="Replace the secret of prod-pull").click()
    expect(plain.get_by_role("heading", name="Replace the secret of prod-pull")).to_be_visible()
    plain.go_back()
    plain.get_by_role("link", name="Broken").click()
    expect(plain.get_by_role("link", name="prod-pull")).to_be_visible()


def test_headings_are_in_order_and_the_title_tells_the_place(page: Page, seat: Seat) -> None:
    for name, address in pages_of(seat).items():
        page.goto(address)
        levels = page.locator("h1, h2, h3").evaluate_all("all => all.map((h) => +h.tagName[1])")
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        steps = pairwise(levels)
        assert all(after - before <= 1 for before, after in steps), (name, levels)
        assert page.title().startswith("Overview"), name
