"""The report, the mail page and their mails: readable by everybody, in the dark, on a phone."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from common.models import OutgoingMail
from common.outbox import Words
from credentials_app.models import Credential, Frequency
from credentials_app.monitoring import mails
from credentials_app.monitoring.heartbeat import LastSeen
from credentials_app.reports.mail import report_mail
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from tests import cast
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app.reports.rows import KINDS, keep, keep_one_of_each
from tests.workspaces.mails.test_mail_page import waiting
from workspaces.mails.compose import render_mail
from workspaces.mails.trial_mail import words_for
from workspaces.models import User
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
REGIONS = ("region:", "landmark-one-main:")
SCHEMES = ("light", "dark")


@pytest.fixture
def ada(context: BrowserContext, live_server: LiveServer) -> User:
    """An administrator who owns a workspace too, signed in."""
    person = cast.administrator()
    cast.participant(cast.workspace(), person, "owner")
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), person)
    return person


@pytest.fixture
def seat(ada: User) -> Seat:
    return cast.seat(cast.workspace(), ada)


def look(page: Page, name: str, size: str, scheme: str) -> None:
    """A picture for people, where a folder for pictures is named."""
    if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{size}-{scheme}.png", full_page=True)


def wear(page: Page, scheme: str) -> None:
    """Light or dark, at once: colors that are on their way are no colors of ours."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )


def all_ways(page: Page, name: str, *, of_pages: bool = True) -> dict[str, object]:
    """What is wrong with the page that is open, in every size and scheme.

    A mail has no regions: ``of_pages`` False leaves those rules out.
    """
    wrong: dict[str, object] = {}
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            wear(page, scheme)
            look(page, name, size, scheme)
            found = [each for each in barriers(page) if of_pages or not each.startswith(REGIONS)]
            wrong[f"{size} {scheme}"] = (found, overflow(page))
    return {way: told for way, told in wrong.items() if told != ([], 0)}


def test_the_report_of_a_workspace(page: Page, seat: Seat) -> None:
    keep_one_of_each(by=seat)
    Credential.objects.exclude(use_seen="").update(use_told_at=timezone.now())
    row = keep("a-credential-whose-name-is-rather-long-for-a-phone", status="revoked", by=seat)
    row.changes.create(old="valid", new="revoked", at=timezone.now(), why="revoked")
    page.goto(credentials_url(seat.workspace, "report"))
    expect(page.get_by_role("heading", name="Report", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="Unused for 90 days")).to_be_visible()
    assert all_ways(page, "report") == {}


def test_a_report_of_all_well(page: Page, seat: Seat) -> None:
    keep("deploy", by=seat, next_check_at=None)
    page.goto(credentials_url(seat.workspace, "report"))
    expect(page.get_by_role("heading", name="All well")).to_be_visible()
    assert all_ways(page, "report-all-well") == {}


def test_the_report_of_the_instance(page: Page, seat: Seat) -> None:
    keep_one_of_each(by=seat)
    page.goto("/admin/")
    page.get_by_role("navigation", name="This instance").get_by_role("link", name="Report").click()
    expect(page.get_by_role("heading", name="Report", level=1)).to_be_visible()
    assert all_ways(page, "instance-report") == {}


def test_the_mail_page(page: Page, ada: User) -> None:
    waiting(1, attempts=3, last_error="the mail server could not be reached")
    waiting(2, attempts=1, last_error="the address was refused", failed_at=timezone.now())
    OutgoingMail.objects.filter(attempts=3).update(not_before=timezone.now() + timedelta(hours=1))
    page.goto("/admin/mail/")
    page.get_by_role("button", name="Send a test mail to me").click()
    expect(page.locator("#test_mail")).to_be_visible()
    assert all_ways(page, "mail") == {}


def test_a_stopped_checker_on_a_page_and_in_the_audit(
    page: Page, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LastSeen, "stopped_since", timezone.now() - timedelta(hours=2))
    page.goto(credentials_url(seat.workspace, "list"))
    expect(page.get_by_role("alert")).to_contain_text("Lockkeeper has stopped checking")
    assert all_ways(page, "stopped") == {}
    page.goto("/admin/")
    expect(page.get_by_role("alert")).to_contain_text("Lockkeeper has stopped checking")
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            wear(page, scheme)
            look(page, "stopped-audit", size, scheme)
            assert overflow(page) == 0


def open_mail(page: Page, said: Words) -> None:
    """The HTML as a mail program shows it: by itself, from nowhere."""

    def answer(route: Route) -> None:
        route.fulfill(body=said.html, content_type="text/html; charset=utf-8")

    page.route("**/the-mail", answer)
    page.goto("/the-mail")


def test_the_mail_of_a_report(page: Page, seat: Seat) -> None:
    keep_one_of_each(by=seat)
    row = keep("a-credential-whose-name-is-rather-long-for-a-phone", status="revoked", by=seat)
    now = timezone.now()
    Credential.objects.exclude(use_seen="").update(use_told_at=now)
    row.changes.create(old="valid", new="revoked", at=now - timedelta(hours=1), why="revoked")
    scope = ReportScope(seat.user, seat.workspace)
    report = collect(scope, since=now - timedelta(days=7), now=now)
    open_mail(page, report_mail(scope, report, Frequency.WEEKLY))
    for name in KINDS:
        assert page.get_by_text(name, exact=True).count() >= bool(KINDS[name][1])
    assert all_ways(page, "mail-report", of_pages=False) == {}


def test_the_mail_of_a_report_of_all_well(page: Page, seat: Seat) -> None:
    keep("deploy", by=seat, next_check_at=None)
    now, scope = timezone.now(), ReportScope(seat.user, seat.workspace)
    report = collect(scope, since=now - timedelta(days=7), now=now)
    open_mail(page, report_mail(scope, report, Frequency.WEEKLY))
    expect(page.get_by_role("heading", name="All well")).to_be_visible()
    assert all_ways(page, "mail-report-all-well", of_pages=False) == {}


@pytest.mark.parametrize("template", ["checker_stopped", "checker_runs", "test_mail"])
def test_the_other_mails(page: Page, ada: User, template: str) -> None:
    now = timezone.now()
    context = {
        "since": now - timedelta(hours=2),
        "until": now,
        "by_sweep": True,
        "logs": "/srv/lockkeeper/data/logs",
        "link": "https://keys.example.org/admin/",
    }
    said = render_mail(template, "A subject", context)
    open_mail(page, words_for(ada) if template == "test_mail" else said)
    assert mails.KEY_PREFIX
    assert all_ways(page, template, of_pages=False) == {}
