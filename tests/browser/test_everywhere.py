"""Every page as everybody who sees it, at every width, in both themes: whole, and for everybody."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser import everywhere
from tests.browser.conftest import Complaints
from tests.browser.everywhere import PERSONS
from tests.browser.examination import AXE_WIDTH, HEIGHT, faults, more_faults
from tests.browser.states import STATES
from tests.browser.visits import sign_in
from tests.workspaces.world import World
from workspaces.rights.seat import Seat

ADD_STYLE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
pytestmark = pytest.mark.timeout(900)  # each opens up to fifty pages
Look = Callable[[Page, str], list[str]]


@pytest.fixture
def world(live_server: LiveServer) -> World:
    """One of everything, and everybody."""
    cache.clear()
    return everywhere.build()


def enter(context: BrowserContext, server: LiveServer, world: World, person: str) -> None:
    """Sign this person in, in place of whoever was."""
    context.clear_cookies()
    who = cast.person("new@example.org") if person == "newcomer" else world.people[person]
    if who:
        sign_in(context, server.url.replace("127.0.0.1", "localhost"), who)


def faults_of_pages(page: Page, world: World, person: str, look_at: Look) -> list[str]:
    """Of every route that this person may open."""
    found = []
    for visit in everywhere.visits(person):
        answer = page.goto(visit.path(world))
        assert answer, visit
        assert answer.status == 200, (visit, answer.status)
        found += look_at(page, f"{visit.row} as {person}")
    return found


@pytest.mark.parametrize("person", PERSONS)
def test_every_page_is_whole_and_for_everybody(
    page: Page, live_server: LiveServer, world: World, person: str
) -> None:
    enter(page.context, live_server, world, person)
    found = faults_of_pages(page, world, person, faults)
    assert not found, "\n".join(found)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("person", PERSONS)
def test_every_page_is_so_at_more_widths(
    page: Page, live_server: LiveServer, world: World, person: str
) -> None:
    enter(page.context, live_server, world, person)
    found = faults_of_pages(page, world, person, more_faults)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", STATES)
def test_every_state_is_whole_and_for_everybody(
    page: Page, live_server: LiveServer, world: World, kind: str, complaints: Complaints
) -> None:
    complaints.expect("404 (Not Found)")
    person, states = STATES[kind]
    enter(page.context, live_server, world, person)
    found = []
    for name, state in states(world).items():
        page.set_viewport_size({"width": AXE_WIDTH, "height": HEIGHT})
        page.goto(state.path)
        state.act(page)
        found += faults(page, f"{name} as {person}")
    assert not found, "\n".join(found)


def test_every_page_is_opened_or_has_a_reason() -> None:
    opened = {visit.route for person in PERSONS for visit in everywhere.visits(person)}
    reasons = {row.name for row in everywhere.pages() if everywhere.entry_of(row.name).get("not")}
    assert {row.name for row in everywhere.pages()} - opened == reasons


def test_every_row_of_the_table_fits_a_page() -> None:
    used = [everywhere.entry_of(row.name) for row in everywhere.pages()]
    assert [entry["name"] for entry in everywhere.table() if entry not in used] == []
    assert all(set(entry) in ({"name", "as"}, {"name", "not"}) for entry in everywhere.table())


BREAKS = {
    "color-contrast": "main h1 { color: #888; background: #999 }",
    "color-contrast: <h1": "@media (prefers-color-scheme: dark) { main h1 { color: #333 } }",
    "too wide": "main h1 { width: 3000px }",
    "the dark theme moves something": "@media (prefers-color-scheme: dark) { h1 { padding: 9px } }",
    "cuts the choice": ".input-line select { width: 3rem; flex: none }",
    "moves": "main h1 { transition: top 1s !important }",
    "breaks the word": ".button { max-width: 3rem; overflow-wrap: anywhere; white-space: normal }",
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_examination_finds(page: Page, seat: Seat, what: str) -> None:
    """The positive control: each kind of fault is found."""
    cast.participant(seat.workspace, cast.bob())
    page.goto(f"/o/acme/{seat.workspace.slug}/people/")
    page.evaluate(ADD_STYLE, BREAKS[what])
    assert any(what in fault for fault in faults(page, "a page"))
