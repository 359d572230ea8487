"""The audit log in the browser: read, narrowed, exported; on a phone and in the dark, too."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from common.clock import database_now
from tests import cast
from tests.browser.visits import faults, sign_in
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

WEB = Caller("web", "192.0.2.14", "made-up-request")
LONG = "a-credential-with-a-name-that-is-as-long-as-a-name-may-be-" + "x" * 40


def fill(place: Workspace) -> None:
    """Two days of a workspace: people, the checker, a refusal."""
    now = database_now()
    with pytest.MonkeyPatch.context() as patch:
        for hours in range(40, 0, -1):
            patch.setattr(audit, "database_now", lambda hours=hours: now - timedelta(hours=hours))
            names = [f"credential-{number:02}" for number in range(hours % 7 + 1)]
            details = {"reason": "check", "count": len(names), "ids": names, "names": names}
            audit.record(
                "credentials:secret:open", actor="checker", workspace=place, details=details
            )
            if hours % 5 == 0:
                _deeds(place, LONG if hours == 10 else "ci-push")


def _deeds(place: Workspace, name: str) -> None:
    seat = cast.seat(place)
    details = {"fields": ["name", "notes"]}
    audit.record(
        "credentials:credential:edit", seat=seat, target_label=name, details=details, caller=WEB
    )
    audit.record("credentials:credential:replace", seat=seat, target_label=name, caller=WEB)
    denied = {"right": "write", "route": "credentials:add"}
    audit.record("access:request:deny", seat=seat, outcome="denied", details=denied, caller=WEB)


def test_the_log_is_read_at_every_width(page: Page, seat: Seat) -> None:
    fill(seat.workspace)
    page.goto("/o/acme/web/audit-log/?until=2099-01-01")
    expect(page.locator(".log__line").first).to_be_visible()
    assert faults(page, "audit-log-filters") == []
    page.goto("/o/acme/web/audit-log/")
    assert faults(page, "audit-log") == []


def test_who_replaced_a_secret_is_found_in_four_actions(page: Page, seat: Seat) -> None:
    fill(seat.workspace)
    page.goto("/o/acme/web/audit-log/")
    page.get_by_text("Filters").click()
    page.get_by_label("What").select_option("Secrets")
    page.get_by_label("Which").fill("ci-push")
    page.get_by_role("button", name="Show", exact=True).click()
    first = page.locator(".log__line").first
    expect(first).to_contain_text("Alice replaced the secret of ci-push")
    expect(first).to_contain_text("5 hours ago, from 192.0.2.14")
    expect(page.locator(".log__line")).to_have_count(7)
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_label("Which")).to_have_value("")


def test_the_names_of_an_hour_open_without_a_script_and_the_log_is_saved(
    plain: Page, seat: Seat
) -> None:
    fill(seat.workspace)
    plain.goto("/o/acme/web/audit-log/")
    names = plain.locator(".log__names").first
    names.locator("summary").click()
    expect(names).to_contain_text("credential-01")
    with plain.expect_download() as download:
        plain.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_an_auditor_reads_the_log_of_the_instance(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    fill(cast.workspace())
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), cast.administrator())
    page.goto("/admin/")
    page.get_by_role("link", name="Audit log").first.click()
    expect(page.locator(".log__line").first).to_be_visible()
    assert faults(page, "audit-log-of-the-instance") == []
    page.get_by_text("Filters").click()
    page.get_by_role("textbox", name="Workspace").fill("acme web")
    page.get_by_label("Outcome").select_option("Denied")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".log__line")).to_have_count(8)
