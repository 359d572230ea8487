"""The admin audit in a browser: the table, its reports, its bar; wide, on a tablet, on a phone."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.services.tags import store_tags
from tests import cast
from tests.browser.visits import barriers, cut_texts, overflow, sign_in
from tests.credentials_app.audit_reports.rows import CASES, DAY, USUAL, keep
from workspaces.models import User

SIZES = ((1440, 900), (1024, 800), (390, 844))
STORED, REPORTS = "/admin/stored/", "/admin/reports/"


@pytest.fixture
def ada(context: BrowserContext, live_server: LiveServer) -> User:
    """An administrator, signed in, of an instance with something for each report."""
    Snapshots.forget_all()
    person = cast.administrator()
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), person)
    places = [cast.seat(cast.workspace(slug)) for slug in ("web", "data-platform")]
    now = timezone.now()
    for number, (slug, (members, others)) in enumerate(CASES.items()):
        for place, columns in enumerate([*members, *others]):
            row = keep(
                f"{slug}-{place}",
                by=places[place % 2],
                owner=cast.alice() if number % 3 else None,
                secret="made-up-shared" if slug in {"old", "excess"} else "",
                **columns,
            )
            store_tags(row, ("prod",) if number % 4 == 0 else ())
    Credential.objects.filter(status_since=USUAL["status_since"]).update(status_since=now - DAY)
    return person


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
                path = Path(folder) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
        assert overflow(page) == 0, (name, width)
        assert cut_texts(page) == [], (name, width)
    assert barriers(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_an_auditor_goes_from_the_start_to_a_report_and_asks_the_owners(
    page: Page, ada: User
) -> None:
    page.goto("/admin/")
    look(page, "start")
    page.get_by_role("link", name="Reports", exact=False).first.click()
    look(page, "reports")
    page.get_by_role("link", name="Old secrets", exact=False).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Old secrets")
    page.locator("#report_days").fill("50")
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("for more than 50 days")).to_be_visible()
    look(page, "report")
    page.locator("#tick-page").check()
    expect(page.get_by_role("status").filter(has_text="selected")).to_be_visible()
    look(page, "selected")
    page.get_by_role("button", name="Ask the owners").click()
    expect(page.get_by_text("Asked by mail")).to_be_visible()


def test_the_table_is_readable_everywhere(page: Page, ada: User) -> None:
    page.goto(STORED)
    expect(page.locator("#rows tr")).to_have_count(25)
    look(page, "stored")
    page.goto(f"{STORED}?secret=shared")
    look(page, "shared")
    page.goto(f"{STORED}?status=expired&q=absent")
    look(page, "none")
    page.goto(f"{STORED}print/?status=attention")
    look(page, "print")
    page.goto("/admin/overview/")
    look(page, "overview")
