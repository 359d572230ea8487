"""What people hear, and how they stop it: on a phone, in the dark, without scripts."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from common import outbox
from common.models import OutgoingMail
from common.outbox import Words
from credentials_app.models import Credential, Delivery, NoticePreference
from credentials_app.notices import muting, unsubscribe
from registry.outcome import Outcome
from tests import cast
from tests.browser.test_credentials import button
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

LOOKS = [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
PAGES = ("notices", "unsubscribe", "stopped", "loud", "acknowledged")


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice in one of her workspaces, signed in, with a mail that never arrived."""
    found = scenes.seat()
    cast.workspace("operations-of-the-whole-company")
    mail = outbox.enqueue(
        to=cast.alice().email,
        words=Words("deploy: expired (Acme / Web)", "text"),
        dedupe_key="made-up",
        now=timezone.now(),
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(
        failed_at=timezone.now(), last_error="the address was refused"
    )
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


@pytest.fixture
def bad(seat: Seat) -> Credential:
    return scenes.checked(scenes.stored(by=seat), Outcome.EXPIRED)


def way_out() -> str:
    """The path of Alice's link."""
    link = unsubscribe.link_for("notices", cast.alice(), cast.workspace())
    return link.removeprefix("http://localhost:8000")


def visit(page: Page, seat: Seat, row: Credential, name: str) -> None:
    if name == "acknowledged":
        muting.acknowledge(seat, row)
        muting.snooze(seat, row, 7)
    detail = credentials_url(seat.workspace, "detail", pk=row.pk)
    addresses = {"notices": "/account/notices/", "unsubscribe": way_out(), "stopped": way_out()}
    page.goto(addresses.get(name, detail))
    if name == "stopped":
        button(page, "Stop these mails")()
        expect(page.get_by_role("heading", name="These mails stop")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_keep_nobody_out_and_fit(
    page: Page, seat: Seat, bad: Credential, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    found = {}
    for name in PAGES:
        visit(page, seat, bad, name)
        found[name] = (barriers(page), overflow(page))
        if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
            path = Path(folder) / f"{name}-{scheme}-{width}.png"
            page.screenshot(path=path, full_page=True)
    assert found == {name: ([], 0) for name in PAGES}


def test_choosing_acknowledging_and_stopping_work_without_scripts(
    plain: Page, seat: Seat, bad: Credential
) -> None:
    plain.goto("/account/notices/")
    plain.get_by_label("When, of Acme / Web").select_option(label="Once a day, in one mail")
    button(plain, "Save")()
    expect(plain.get_by_text("What you want to hear is saved.")).to_be_visible()
    expect(plain.get_by_text("the address was refused")).to_be_visible()
    plain.goto(credentials_url(seat.workspace, "detail", pk=bad.pk))
    button(plain, "Acknowledge")()
    expect(plain.get_by_text("Acknowledged by alice@example.org")).to_be_visible()
    button(plain, "Hear of it again")()
    plain.get_by_label("Snooze for").select_option(label="3 days")
    button(plain, "Snooze")()
    expect(plain.get_by_text("Snoozed: the next notice")).to_be_visible()
    assert NoticePreference.objects.get().pace == Delivery.DAILY
    plain.goto(way_out())
    button(plain, "Stop these mails")()
    assert NoticePreference.objects.get().pace == Delivery.NOTHING
