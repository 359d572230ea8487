"""A journey by keyboard alone, with the focus seen at each step; and how long the way to it is."""

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app import tasks
from credentials_app.models import Trial
from credentials_app.presentation.list_conditions import ATTENTION
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import fleet
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

MOST_STEPS = 60
MOST_STOPS = 4  # two links that skip, the box of the first row, and its link
SEEN = """() => {
  const active = document.activeElement;
  if (active === document.body) return "nothing has the focus";
  const box = active.getBoundingClientRect();
  const style = getComputedStyle(active);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const named = `${active.tagName} ${active.id || active.innerText?.slice(0, 40)}`;
  const isIn = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  if (!isIn) return `${named} has the focus outside of the window`;
  return outlined || style.boxShadow !== "none" ? "" : `${named} does not show its focus`;
}"""


class Keys:
    """A person who has a keyboard only; each step must show where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self) -> None:
        """One stop on; it is seen, and not lost."""
        self.press("Tab")
        assert self.page.evaluate(SEEN) == ""

    def go_to(self, what: Locator) -> int:
        """Tab until this has the focus; how many stops that took."""
        for stops in range(1, MOST_STEPS):
            self.tab()
            if what.evaluate("each => each === document.activeElement"):
                return stops
        raise AssertionError(f"{what} is not within {MOST_STEPS} stops")

    def use(self, what: Locator, key: str = "Enter") -> int:
        stops = self.go_to(what)
        self.press(key)
        return stops

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)


@pytest.fixture
def seat(live_server: LiveServer) -> Seat:
    """Alice, who has not signed in, and a workspace that has something of everything."""
    found = scenes.seat()
    fleet(found, timezone.now())
    return found


def skip(page: Page, keys: Keys) -> None:
    """The first stop of a page leads past the head of it."""
    keys.use(page.get_by_role("link", name="Skip to content"))
    expect(page.locator("#main")).to_be_focused()


def sign_in_by_keys(page: Page, keys: Keys, then: str) -> None:
    page.goto(f"/account/login/?next={then}")
    keys.go_to(page.get_by_label("E-mail address"))
    keys.type("alice@example.org")
    keys.go_to(page.get_by_label("Password", exact=True))
    keys.type(cast.PASSWORD)
    keys.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == then)


def test_keys_alone_sign_in_mend_a_credential_filter_and_snooze(page: Page, seat: Seat) -> None:
    keys, rows = Keys(page), credentials_url(seat.workspace, "list")
    sign_in_by_keys(page, keys, rows)
    skip(page, keys)
    keys.use(page.locator("#rows").get_by_role("link", name="prod-pull"))
    expect(page.get_by_role("heading", name="prod-pull")).to_be_visible()
    skip(page, keys)
    keys.use(page.get_by_role("region", name="Status").get_by_role("link", name="Replace"))
    expect(page.locator("#id_secret")).to_be_focused()
    assert page.evaluate(SEEN) == ""
    keys.type("made-up-password-2")
    keys.press("Enter")
    expect(page.locator("#replacement")).to_be_visible()
    with scenes.registry_says(Outcome.VALID):
        tasks.check_trial(str(Trial.objects.get().pk))
    expect(page.get_by_role("region", name="Status")).to_contain_text("Valid")
    assert page.evaluate("document.activeElement !== document.body")
    keys.use(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link"))
    page.wait_for_url(lambda url: urlsplit(url).path == rows)
    skip(page, keys)
    keys.use(page.locator("#chip_status > summary"))
    keys.use(page.locator(f'input[name="status"][value="{ATTENTION}"]'), "Space")
    page.wait_for_url("**status=*")
    expect(page.locator("#rows").get_by_role("link", name="prod-pull")).to_have_count(0)
    assert page.evaluate(SEEN) == ""
    keys.press("Escape")
    keys.use(page.locator('#rows input[name="pk"]').first, "Space")
    expect(page.get_by_role("toolbar")).to_be_visible()
    keys.use(page.get_by_role("toolbar").get_by_role("button", name="Snooze", exact=True))
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def test_the_way_to_the_first_row_is_short(page: Page, seat: Seat) -> None:
    keys, rows = Keys(page), credentials_url(seat.workspace, "list")
    sign_in_by_keys(page, keys, rows)
    first = page.locator("#rows th a").first
    stops = [
        keys.use(page.get_by_role("link", name="Skip to the rows")),
        keys.go_to(first),
    ]
    assert sum(stops) <= MOST_STOPS
