"""Nothing moves on a page when a row of it changes by itself."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from credentials_app.models import Credential
from tests.browser.visits import wait_until
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

WATCH = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) {
      window.shifts.push(each.sources.map((source) => source.node?.className ?? "text").join(" "));
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""


def test_a_check_that_starts_waits_and_ends_moves_nothing_in_the_list(
    page: Page, seat: Seat
) -> None:
    rows = [scenes.stored(f"deploy-{number}", by=seat) for number in range(8)]
    now = timezone.now()
    Credential.objects.filter(workspace=seat.workspace).update(
        status="valid", status_since=now, next_check_at=now + timedelta(hours=5), asked_at=None
    )
    one = Credential.objects.filter(pk=rows[3].pk)
    one.update(asked_at=now, next_check_at=now)
    page.goto(credentials_url(seat.workspace, "list") + "?sort=name")
    row = page.locator("tr", has=page.locator(f"#row-{rows[3].pk}"))
    expect(row).to_contain_text("Checking")
    page.evaluate(WATCH)
    page.wait_for_timeout(300)  # those of loading come first
    before = page.evaluate("window.shifts.length")
    one.update(asked_at=None, next_check_at=now + timedelta(hours=5))
    expect(row).not_to_contain_text("Checking")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifts.length") == before, page.evaluate("window.shifts")
    row.evaluate("(each) => { each.style.height = '300px'; }")
    wait_until(page, f"window.shifts.length > {before}")
