"""Nothing is cut: every page at every width shows all of it and does not scroll sideways."""

from dataclasses import replace

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.words.message import Message
from tests.browser.everywhere import LONG_HOST, LONG_NAME, fill
from tests.browser.examination import BROKEN_WORDS
from tests.browser.visits import cut_texts, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

WIDTHS = (320, 360, 390, 600, 705, 768, 900, 1024, 1180, 1440, 2560)
IN_A_ROW = ("bad", LONG_HOST, "robot-of-many-words", "write_registry", "ago", "just now", "Alice")


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, an administrator too, with a workspace that has something of everything."""
    found = scenes.seat()
    found.user.is_staff = True
    found.user.save(update_fields=["is_staff"])
    fill(found)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def test_a_host_that_a_registry_names_widens_no_page(page: Page, seat: Seat) -> None:
    host = ".".join(["a" * 60] * 4) + ".example"
    row = scenes.stored("asks", by=seat)
    named = Message.of("saw_challenge_bearer", realm=host)
    pinged = replace(scenes.step(StepName.PING, 401), message=named)
    asks = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=Origin.parse(f"https://{host}:65535"))
    scenes.checked(row, asks, scenes.evidence(pinged))
    for view, keys in (("detail", {}), ("sign_in", {}), ("run", {"run": row.runs.get().pk})):
        page.goto(credentials_url(seat.workspace, view, pk=row.pk, **keys))
        expect(page.locator("main")).to_contain_text(host)
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) == 0, (view, width)


def test_no_term_of_a_help_page_is_broken(page: Page, seat: Seat) -> None:
    page.goto(reverse("help:provider", kwargs={"slug": "gitlab"}))
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN_WORDS, "th") == [], width


def test_the_list_shows_every_column_at_every_width(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        row = page.get_by_role("row").filter(has_text="robot-of-many-words").inner_text()
        assert [text for text in IN_A_ROW if text not in row] == [], width
        for head in ("Name", "Status", "Server", "Ends", "Last checked"):
            assert page.get_by_role("link", name=head, exact=True).is_visible(), (head, width)


def test_a_phone_shows_every_tab_and_which_is_open(plain: Page, seat: Seat) -> None:
    place = seat.workspace
    assert place.organization
    for name in ("people", "audit_log", "settings"):
        plain.goto(reverse(f"workspaces:{name}", args=[place.organization.slug, place.slug]))
        tabs = plain.locator(".tabs a")
        assert tabs.count() == 8
        for tab in tabs.all():
            box = tab.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        assert plain.locator(".tabs [aria-current]").count() == 1


BREAKS = {
    "a line that cannot break": "main h1 { white-space: nowrap }",
    "a table whose box is clipped": ".table-wrap { overflow: clip } .table { min-width: 900px }",
    "a tab strip without a scroll bar": (
        ".tabs { flex-wrap: nowrap !important; overflow-x: auto; scrollbar-width: none }"
    ),
    "a button that cannot break": ".button { min-width: 600px; max-width: none }",
}


@pytest.mark.parametrize("broken", BREAKS)
def test_the_test_sees_what_is_cut(page: Page, seat: Seat, broken: str) -> None:
    """The positive control: each of the faults that were here once is found."""
    address = credentials_url(
        seat.workspace, "detail", pk=Credential.objects.get(name=LONG_NAME).pk
    )
    if "table" in broken:
        address = credentials_url(seat.workspace, "list")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    assert (overflow(page), cut_texts(page)) == (0, [])
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [sheet]; }",
        BREAKS[broken],
    )
    assert overflow(page) > 0 or cut_texts(page) != []
