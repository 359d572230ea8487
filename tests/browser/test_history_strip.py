"""The history of a credential in a real browser: the strip of checks by keys, and the life line."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from credentials_app.models import CheckRun, Credential, StatusChange
from registry.outcome import Outcome
from tests.browser.test_many import look
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

DAYS = 40


@pytest.fixture
def old_one(seat: Seat) -> Credential:
    """A login that worked for weeks, could not be checked for a day, and is refused since."""
    row = scenes.stored("deploy", by=seat)
    for outcome in (Outcome.VALID, Outcome.UNREACHABLE, Outcome.REJECTED):
        scenes.checked(row, outcome)
    now = timezone.now()
    by_outcome = {run.outcome: run for run in CheckRun.objects.filter(credential=row)}
    CheckRun.objects.filter(credential=row).delete()
    for number, outcome in enumerate(["rejected"] * 8 + ["unreachable"] * 2 + ["valid"] * 70):
        run = by_outcome[outcome]
        run.pk, run.started_at = uuid4(), now - timedelta(hours=12 * number)
        run.save(force_insert=True)
    for change in StatusChange.objects.filter(credential=row):
        change.at = now - timedelta(days=4 if change.new == "refused" else DAYS)
        change.save(update_fields=["at"])
    row.refresh_from_db()
    row.secret_set_at, row.status_since = now - timedelta(days=230), now - timedelta(days=4)
    row.expires_on = (now + timedelta(days=60)).date()
    row.save(update_fields=["secret_set_at", "status_since", "expires_on"])
    return row


def test_the_arrow_keys_walk_the_checks_and_enter_opens_one(
    page: Page, old_one: Credential
) -> None:
    page.goto(credentials_url(old_one.workspace, "detail", pk=old_one.pk))
    strip = page.get_by_role("group", name="Last 60 checks: 50 worked, 8 found it bad, 2 proved")
    expect(strip.get_by_role("link")).to_have_count(60)
    page.get_by_role("link", name="All checks").focus()
    page.keyboard.press("Tab")
    newest = strip.get_by_role("link").last
    expect(newest).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(strip.get_by_role("link").nth(58)).to_be_focused()
    page.keyboard.press("Home")
    expect(strip.get_by_role("link").first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(strip.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Valid")


def test_the_history_is_whole_at_a_desk_and_on_a_phone(page: Page, old_one: Credential) -> None:
    page.goto(credentials_url(old_one.workspace, "detail", pk=old_one.pk))
    expect(page.get_by_text("50 times or more")).to_be_visible()
    expect(page.get_by_text("This secret is 230 days old.")).to_be_visible()
    look(page, "history")
