"""Nothing is cut: every page at every width shows all of it and does not scroll sideways."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential, ServerRule
from credentials_app.services import bulk_checks
from credentials_app.services.saved_views import ViewDraft, add_view
from credentials_app.services.server_rules import set_rule
from credentials_app.status import Status
from credentials_app.urls import pages as urlpatterns
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.words.message import Message
from tests import cast
from tests.browser.conftest import Complaints
from tests.browser.visits import cut_texts, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.members.invitations import invite_by_link
from workspaces.models import Workspace
from workspaces.places import credentials_url
from workspaces.rights.roles import Role
from workspaces.rights.seat import Seat

WIDTHS = (320, 360, 390, 600, 705, 768, 900, 1024, 1180, 1440, 2560)
SCHEMES = ("light", "dark")
PARTS = 4
"""The pages are opened in so many tests, which run side by side."""
LONG_NAME = "w" * 60 + "-" + "deploy" * 6
LONG_HOST = "registry." + "a-rather-long-part." * 4 + "example.org"
IN_A_ROW = ("bad", LONG_HOST, "robot-of-many-words", "write_registry", "ago", "just now", "Alice")


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, an administrator too, with a workspace that has something of everything."""
    found = scenes.seat()
    found.user.is_staff = True
    found.user.save(update_fields=["is_staff"])
    server = Origin.parse(f"https://{LONG_HOST}")
    known = {"by": found, "owner": found.user, "repository": "group/" + "sub-group/" * 20 + "app"}
    rights = {"needed": ("write_registry",), "held": (), "missing": ("write_registry",)}
    row = scenes.stored("bad", server=server, username="robot-of-many-words" * 8, **known)
    scenes.checked(row, scenes.verdict(Outcome.MISSING_SCOPE, provider="ghcr", **rights))
    scenes.checked(scenes.stored(LONG_NAME, **known), Outcome.VALID)
    scenes.stored("waits", **known)
    end = timezone.now() - timedelta(days=3)
    Credential.objects.filter(name="bad").update(expires_at=end, expires_source="provider")
    for number in range(30):
        scenes.stored(f"row-{number}", by=found)
    Credential.objects.filter(name__startswith="row").update(status=Status.VALID, asked_at=None)
    set_rule(found, server, allow_http=False, ca_pem="")
    for person in ("bob", "e" * 60):
        who = cast.person(f"{person}@{'long-domain-name.' * 3}example.org", name=person.title())
        cast.participant(found.workspace, who)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def pages_of(seat: Seat) -> dict[str, str]:
    """Every page of a person that answers a GET, by name."""
    place, bad = seat.workspace, Credential.objects.get(name="bad")
    found = {
        view: credentials_url(place, view, pk=bad.pk)
        for view in ("detail", "history", "edit", "replace", "delete")
    }
    found["detail of a long name"] = credentials_url(
        place, "detail", pk=Credential.objects.get(name=LONG_NAME).pk
    )
    rule = ServerRule.objects.get(workspace=place)
    for view in ("rule_edit", "rule_delete"):
        found[view] = credentials_url(place, view, pk=rule.pk)
    saved = add_view(seat, ViewDraft("w" * 60, "q=nothing-like-this", is_shared=True))
    for view in ("view_edit", "view_delete"):
        found[view] = credentials_url(place, view, pk=saved.pk)
    run = bad.runs.get()
    found["run"] = credentials_url(place, "run", pk=bad.pk, run=run.pk)
    for view in ("overview", "list", "add", "schedule", "report", "rules", "rule_add", "view_add"):
        found[view] = credentials_url(place, view)
    found["nothing found"] = f"{found['list']}?q=nothing-like-this"
    found["long search"] = f"{found['list']}?q={'x' * 150}"
    found["many"] = credentials_url(place, "many", pk=bulk_checks.check_workspace(seat).pk)
    return found | organization_pages(place)


def organization_pages(place: Workspace) -> dict[str, str]:
    assert place.organization
    of_organization = {"organization": place.organization.slug}
    of_workspace = {**of_organization, "workspace": place.slug}
    found = {
        view: reverse(f"workspaces:{view}", kwargs=of_workspace)
        for view in ("people", "settings", "audit_log", "leave")
    }
    for view in ("organization", "workspace_add"):
        found[view] = reverse(f"workspaces:{view}", kwargs=of_organization)
    for view in ("account", "organizations", "organization_add", "my_audit_log"):
        found[view] = reverse(f"workspaces:{view}")
    for view in ("account_email", "account_change_password", "notices:preferences"):
        found[view] = reverse(view)
    found["overview of the organization"] = reverse("overview:organization", kwargs=of_organization)
    found["overview of all"] = reverse("overview:mine")
    found["overview of the instance"] = reverse("admin:overview")
    found["help"] = reverse("help:providers")
    found["help of a provider"] = reverse("help:provider", kwargs={"slug": "gitlab"})
    return found


def faults(page: Page, name: str) -> list[str]:
    """What is cut or scrolls sideways on the open page, at each width and in each scheme."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
        )
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if wider := overflow(page):
                found.append(f"{name} at {width}, {scheme}: {wider} px too wide")
            found += [f"{name} at {width}, {scheme}: {text}" for text in cut_texts(page)]
            look(page, f"{name}-{width}-{scheme}")
    return found


def look(page: Page, name: str) -> None:
    """A picture for people, where a folder for pictures is named."""
    if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}.png", full_page=True)


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_cut_on_any_page_at_any_width(page: Page, seat: Seat, part: int) -> None:
    found = []
    for name, address in list(pages_of(seat).items())[part::PARTS]:
        answer = page.goto(address)
        assert answer, name
        assert answer.ok, (name, answer.status)
        found += faults(page, name)
    assert not found, "\n".join(found)


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


BROKEN_WORDS = """(parts) => [...document.querySelectorAll(parts)].flatMap((part) => {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), broken = [];
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/\\p{L}{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
})"""


def test_no_word_of_a_button_is_broken_on_a_phone(page: Page, seat: Seat) -> None:
    found = []
    for name, address in pages_of(seat).items():
        page.goto(address)
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found += [(name, width, word) for word in page.evaluate(BROKEN_WORDS, ".button")]
    assert not found


def test_no_term_of_a_help_page_is_broken(page: Page, seat: Seat) -> None:
    page.goto(reverse("help:provider", kwargs={"slug": "gitlab"}))
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(BROKEN_WORDS, "th") == [], width


def test_nothing_is_cut_for_who_is_not_signed_in(
    page: Page, seat: Seat, complaints: Complaints
) -> None:
    complaints.expect("404 (Not Found)")
    page.context.clear_cookies()
    found = []
    guest = invite_by_link(seat, email=f"{'g' * 60}@example.org", role=Role.VIEWER)
    pages = {view: reverse(view) for view in ("account_login", "account_signup")}
    pages |= {
        "reset": reverse("account_reset_password"),
        "invitation": urlsplit(guest).path,
        "no page": "/no-such-page/" + "x" * 200,
    }
    for name, address in pages.items():
        page.goto(address)
        found += faults(page, name)
    assert not found, "\n".join(found)


def test_every_page_is_among_them(seat: Seat) -> None:
    """A view that a signed-in person can open without a form, and that is a page of its own."""
    visited = {reverse_name(address) for address in pages_of(seat).values()}
    fragments = {"name", "found", "trial", "progress"}
    others = {"sign_in"}  # only while a sign-in host is to be confirmed
    client: Client = cast.client_for(seat.user)
    bad = Credential.objects.get(name="bad")
    pages = set()
    for pattern in urlpatterns:
        name = str(pattern.name)
        row = ServerRule.objects.get() if name.startswith("rule_") else bad
        kwargs = {"pk": row.pk} if "pk" in pattern.pattern.converters else {}
        if "run" in pattern.pattern.converters:
            kwargs["run"] = bad.runs.get().pk
        if client.get(credentials_url(seat.workspace, name, **kwargs)).status_code == 405:
            continue
        pages.add(name)
    assert pages - fragments - others == visited & pages
    assert fragments | others <= pages


def reverse_name(address: str) -> str:
    return str(resolve(address.partition("?")[0]).url_name)


def test_the_list_shows_every_column_at_every_width(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        row = page.get_by_role("row").filter(has_text="robot-of-many-words").inner_text()
        assert [text for text in IN_A_ROW if text not in row] == [], width
        for head in ("Name", "Status", "Server", "Ends", "Last checked"):
            assert page.get_by_role("link", name=head, exact=True).is_visible(), (head, width)


def test_a_phone_shows_every_tab_and_which_is_open(plain: Page, seat: Seat) -> None:
    pages = organization_pages(seat.workspace)
    for name in ("people", "audit_log", "settings"):
        plain.goto(pages[name])
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
