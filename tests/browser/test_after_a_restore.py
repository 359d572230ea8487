"""After a restore in a real browser: the banner, the doctor, and the button that goes on."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from common import restore_pause
from credentials_app.monitoring.heartbeat import LastSeen
from tests import cast
from tests.browser.visits import barriers, overflow, sign_in

SIZES = ((1440, 900), (1024, 800), (390, 844))


def look(page: Page, name: str) -> None:
    """Pictures for people, where a folder for them is named; what keeps people out fails."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            page.wait_for_timeout(300)  # until all colors have changed
            if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
                path = Path(folder) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
        assert overflow(page) == 0
        assert barriers(page) == []


def test_an_administrator_reads_the_banner_and_continues(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(context, url, cast.administrator())
    now = timezone.now()
    restore_pause.begin_pause(restored_at=now, made_at=now - timedelta(hours=9))
    monkeypatch.setattr(LastSeen, "restored", restore_pause.current_pause())
    page.goto(f"{url}/admin/doctor/")
    expect(page.get_by_role("row", name="Sealing keys")).to_be_visible()
    look(page, "doctor")
    page.get_by_role("link", name="See what to look at, and continue").click()
    look(page, "restored")
    page.get_by_role("button", name="Continue with checks and mails").click()
    expect(page.get_by_text("Checks and mails go on.")).to_be_visible()
    expect(page.get_by_text("Lockkeeper was restored from a backup")).to_have_count(0)
    look(page, "continued")
    assert restore_pause.current_pause() is None
