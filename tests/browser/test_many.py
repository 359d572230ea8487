"""Checks of many in a real browser: ticks that survive, a bar that moves, a way back."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.checks import batch
from credentials_app.models import BulkCheck, Credential, RegistryOrigin
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SHUT = Origin.parse("https://shut.example.com")
OUTCOMES = {"robot-1": Outcome.EXPIRED, "robot-2": Outcome.UNREACHABLE}


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, signed in, with six credentials that were fine."""
    cache.clear()
    found = scenes.seat()
    for number in range(6):
        server = SHUT if number == 5 else scenes.REGISTRY
        name = f"deploy-{number}"
        scenes.stored(name, by=found, username=f"robot-{number}", server=server)
    later = timezone.now() + timedelta(days=1)
    Credential.objects.update(status=Status.VALID, asked_at=None, next_check_at=later)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def look(page: Page, name: str) -> None:
    """Pictures for people, where a folder for them is named; what keeps people out fails."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(300)  # until all colors have changed
            if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
                path = Path(folder) / f"{name}-{size['width']}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
        assert overflow(page) == 0
        assert barriers(page) == []
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")


def answer(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
    outcome = OUTCOMES.get(login.username, Outcome.VALID)
    return scenes.evidence(), scenes.verdict(outcome)


def test_selected_ones_are_checked_and_the_bar_moves_by_itself(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    for number in (0, 1, 2, 3, 5):
        page.get_by_role("checkbox", name=f"deploy-{number}").check()
    look(page, "list")
    RegistryOrigin.objects.create(
        origin=str(SHUT), paused_until=timezone.now() + timedelta(minutes=20)
    )
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Checking 5 credentials")).to_be_visible()
    expect(page.get_by_text("0 of 5 done")).to_be_visible()
    page.evaluate("window.stays = true")
    pks = list(Credential.objects.order_by("name").values_list("pk", flat=True))
    with scenes.registry_says(answer):
        batch.run_batch(pks[:4])
    expect(page.get_by_text("4 of 5 done")).to_be_visible()
    assert page.evaluate("window.stays") is True
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "4")
    expect(page.get_by_text("1 must wait")).to_be_visible()
    look(page, "many")
    page.goto(credentials_url(seat.workspace, "list"))
    expect(page.get_by_text("4 of 5 checked")).to_be_visible()
    look(page, "list-meanwhile")
    page.get_by_role("link", name="Follow it").click()
    page.get_by_role("button", name="Leave the rest to the schedule").click()
    expect(page.get_by_text("1 left to the schedule")).to_be_visible()
    look(page, "many-over")


def test_ticks_stay_while_the_rows_are_swapped(page: Page, seat: Seat) -> None:
    row = Credential.objects.get(name="deploy-3")
    Credential.objects.filter(pk=row.pk).update(
        asked_at=row.created_at, next_check_at=row.created_at
    )
    page.goto(credentials_url(seat.workspace, "list"))
    page.get_by_role("checkbox", name="deploy-1").check()
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.get_by_role("checkbox", name="deploy-2").check()
    scenes.checked(row, Outcome.EXPIRED)
    expect(page.locator(".badge", has_text="Expired")).to_be_visible()
    for number in range(6):
        ticked = page.get_by_role("checkbox", name=f"deploy-{number}").is_checked()
        assert ticked is (number in {1, 2})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="Checking 2 credentials")).to_be_visible()
    names = BulkCheck.objects.get().entries.values_list("credential__name", flat=True)
    assert sorted(names) == ["deploy-1", "deploy-2"]


def test_ticks_survive_paging_and_a_change_is_undone(page: Page, seat: Seat) -> None:
    for number in range(6, 28):
        scenes.stored(f"deploy-{number:02}", by=seat)
    later = timezone.now() + timedelta(days=1)
    Credential.objects.update(status=Status.VALID, asked_at=None, next_check_at=later)
    page.goto(credentials_url(seat.workspace, "list") + "?sort=name")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    page.get_by_role("checkbox", name="deploy-1", exact=True).check()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("1 selected, 1 of them not shown here")).to_be_visible()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("4 selected")).to_be_visible()
    look(page, "bulk-bar")
    page.set_viewport_size(PHONE)
    tick = page.locator("#tick-page").bounding_box()
    name = page.get_by_role("link", name="Name", exact=True).bounding_box()
    assert tick
    assert name
    assert tick["x"] + tick["width"] <= name["x"]
    page.set_viewport_size(DESK)
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("checkbox", name="deploy-1", exact=True)).to_be_checked()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused: 4.")).to_be_visible()
    assert Credential.objects.filter(status=Status.PAUSED).count() == 4
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone for 4.")).to_be_visible()
    assert not Credential.objects.filter(status=Status.PAUSED).exists()


def test_all_that_match_are_selected_by_one_box(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list") + "?q=deploy-1")
    page.get_by_label("Select all 1 that match").check()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("applies to none")).to_be_visible()
    page.get_by_label("Select all 1 that match").check()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused: 1.")).to_be_visible()
    assert Credential.objects.get(status=Status.PAUSED).name == "deploy-1"


def test_the_bar_works_without_scripts(
    browser: Browser, seat: Seat, live_server: LiveServer
) -> None:
    base_url = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    sign_in(context, base_url)
    page = context.new_page()
    page.goto(credentials_url(seat.workspace, "list"))
    expect(page.get_by_role("checkbox", name="Select all on this page")).to_be_hidden()
    page.get_by_role("checkbox", name="deploy-2").check()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("Paused: 1.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone for 1.")).to_be_visible()
    context.close()


def test_enter_at_a_tick_or_a_field_of_the_bar_checks_nothing(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    address = page.url
    tick = page.get_by_role("checkbox", name="deploy-1")
    tick.check()
    tick.press("Enter")
    page.get_by_label("New end date").fill("2030-01-31")
    page.get_by_label("New end date").press("Enter")
    expect(page.get_by_text("End date set: 1.")).to_be_visible()
    assert page.url.startswith(address)
    assert not BulkCheck.objects.exists()
    assert list(Credential.objects.exclude(expires_on=None).values_list("name", flat=True)) == [
        "deploy-1"
    ]
