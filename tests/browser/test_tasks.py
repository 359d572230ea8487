"""Ten tasks of every day, with their clicks and keys counted."""

from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app import tasks
from credentials_app.models import Credential, Trial
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import fleet
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

MANY = 10_000


@dataclass
class Hand:
    """A person's hand at the open page: the only way in which these tests act, and it counts."""

    page: Page
    clicks: int = 0
    keys: list[str] = field(default_factory=list)

    def click(self, what: Locator) -> None:
        """One click on this, which must be there once, and in the window or below it."""
        what.click()
        self.clicks += 1

    def press(self, key: str) -> None:
        """One key, where the focus is."""
        self.page.keyboard.press(key)
        self.keys.append(key)

    def type(self, words: str) -> None:
        """One key after the other, where the focus is."""
        for key in words:
            self.press(key)

    def paste(self, words: str) -> None:
        """What a person has copied elsewhere, into the field that has the focus: two keys."""
        self.page.keyboard.insert_text(words)
        self.keys += ["Control", "v"]


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, in a workspace that has something of everything."""
    found = scenes.seat()
    fleet(found, timezone.now())
    cast.workspace("data")
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


@pytest.fixture
def hand(page: Page, seat: Seat) -> Hand:
    """At the overview, which is the first page."""
    page.goto(credentials_url(seat.workspace, "overview"))
    return Hand(page)


def names(page: Page) -> set[str]:
    """The rows of the list."""
    return set(page.locator("#rows th a").all_inner_texts())


def named(**fields: object) -> set[str]:
    """What the database has."""
    return set(Credential.objects.filter(**fields).values_list("name", flat=True))


def test_one_click_leads_to_the_fix_of_a_bad_credential_and_one_more_fixes_it(
    page: Page, hand: Hand
) -> None:
    hand.click(page.get_by_role("link", name="Replace the secret of prod-pull"))
    expect(page.locator("#id_secret")).to_be_focused()
    assert hand.clicks == 1
    hand.paste("made-up-password-2")
    hand.click(page.get_by_role("button", name="Check and replace"))
    expect(page.locator("#replacement")).to_be_visible()
    with scenes.registry_says(Outcome.VALID):
        tasks.check_trial(str(Trial.objects.get().pk))
    expect(page.get_by_role("region", name="Status")).to_contain_text("Valid")
    assert hand.clicks <= 3
    assert len(hand.keys) == 2


def test_one_of_ten_thousand_is_found_by_a_part_of_its_name(
    page: Page, hand: Hand, seat: Seat
) -> None:
    model = Credential.objects.filter(status=Status.VALID)[0]
    rows = []
    for number in range(MANY):
        model.pk, model.name = None, f"bulk-{number:05}-pull"
        rows.append(Credential(**{each.attname: getattr(model, each.attname) for each in FIELDS}))
    Credential.objects.bulk_create(rows, batch_size=500)
    hand.press("/")
    hand.type("07421")
    hand.press("Enter")
    expect(page.locator("#rows th a")).to_have_text(["bulk-07421-pull"])
    assert (hand.clicks, len(hand.keys)) == (0, len("/07421") + 1)


FIELDS = [each for each in Credential._meta.concrete_fields if not each.primary_key]


def test_one_click_shows_all_that_ends_this_month(page: Page, hand: Hand) -> None:
    today = timezone.localdate()
    hand.click(page.get_by_role("link", name="All that end this month"))
    expect(page.locator("#rows").or_(page.get_by_text("Nothing matches"))).to_be_visible()
    told = named(expires_at__year=today.year, expires_at__month=today.month)
    typed = named(expires_on__year=today.year, expires_on__month=today.month)
    assert names(page) == told | typed
    assert hand.clicks == 1


def test_two_clicks_show_all_that_one_person_owns(page: Page, hand: Hand) -> None:
    panel = page.get_by_role("region", name="Who owns what")
    hand.click(panel.get_by_role("link").first)
    expect(page.locator("#rows")).to_be_visible()
    owner = page.locator("#rows .col-owner").first.inner_text()
    assert names(page) == named(owner__name=owner)
    assert hand.clicks <= 2


def test_two_clicks_show_all_that_is_broken_at_one_provider(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("list", name="At a glance").get_by_role("link", name="Broken"))
    hand.click(page.get_by_text("Only", exact=False).get_by_role("link", name="GitLab"))
    expect(page.locator(".chip.is-on")).to_have_count(2)
    assert names(page)
    assert names(page) <= named(provider="gitlab")
    assert hand.clicks == 2


def test_two_clicks_snooze_from_the_overview_and_one_takes_it_back(page: Page, hand: Hand) -> None:
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="prod-pull"))
    hand.click(card.locator("summary"))
    hand.click(card.get_by_role("button", name="7 days"))
    expect(page.get_by_role("heading", name="prod-pull")).to_have_count(0)
    assert hand.clicks == 2
    hand.click(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("heading", name="prod-pull")).to_be_visible()
    assert hand.clicks == 3


def test_two_clicks_switch_the_workspace(page: Page, hand: Hand) -> None:
    hand.click(page.locator("header summary").filter(has_text="Switch workspace"))
    hand.click(page.get_by_role("navigation", name="Workspaces").get_by_role("link", name="Data"))
    expect(page).to_have_url(credentials_url(cast.workspace("data"), "overview"))
    assert hand.clicks == 2


def test_the_slash_key_is_a_letter_where_one_types(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    field = page.get_by_label("Name", exact=True)
    field.focus()
    page.keyboard.type("a/b")
    expect(field).to_have_value("a/b")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_slash_key_opens_and_escape_closes_and_gives_the_focus_back(
    page: Page, hand: Hand
) -> None:
    link = page.get_by_role("link", name="Replace the secret of prod-pull")
    link.focus()
    page.keyboard.press("/")
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()
