"""The first ten minutes: the time zone of the browser, and the list of first steps."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_add_form import look
from tests.browser.test_credentials import button
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.members import invitations
from workspaces.models import User
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat
from workspaces.sign_in import setup_code

Visit = Callable[..., Page]


@pytest.fixture
def berlin(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Pages of a browser whose clock is in Berlin."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    opened = []

    def visit(person: User | None = None, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=address, timezone_id="Europe/Berlin", java_script_enabled=scripts
        )
        opened.append(context)
        if person:
            sign_in(context, address, person)
        return context.new_page()

    yield visit
    for context in opened:
        context.close()


@pytest.mark.parametrize(("scripts", "zone"), [(True, "Europe/Berlin"), (False, "UTC")])
def test_the_set_up_takes_the_zone_of_the_browser(
    berlin: Visit, transactional_db: None, *, scripts: bool, zone: str
) -> None:
    page = berlin(scripts=scripts)
    page.goto("/set-up/")
    if scripts:
        expect(page.get_by_text("Times will be in Europe/Berlin.")).to_be_visible()
        assert barriers(page) == []
    page.get_by_label("Set-up code").fill(setup_code.issue())
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Password").fill(cast.PASSWORD)
    button(page, "Make the account")()
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    expect(page.locator(".footer")).to_contain_text(f"Times are in {zone}")
    assert User.objects.get().time_zone == zone


def test_an_invitation_takes_the_zone_of_the_browser(berlin: Visit, seat: Seat) -> None:
    link = invitations.invite_by_link(seat, email="carol@example.org", role=Role.USER)
    page = berlin()
    page.goto("/" + link.split("/", 3)[3])
    page.get_by_label("Your name").fill("Carol")
    page.get_by_label("Password").fill(cast.PASSWORD)
    button(page, "Make my account and join")()
    expect(page.locator(".footer")).to_contain_text("Times are in Europe/Berlin")


def test_who_is_in_utc_is_offered_the_zone_once(berlin: Visit, seat: Seat) -> None:
    page = berlin(seat.user)
    page.goto(credentials_url(seat.workspace, "list"))
    offer = page.locator("#zone_offer")
    expect(offer).to_contain_text("Your browser is in Europe/Berlin; times here are in UTC.")
    look(page, "zone-offer")
    button(page, "Use it")()
    expect(page.get_by_text("Times are in Europe/Berlin now.")).to_be_visible()
    expect(page).to_have_url(credentials_url(seat.workspace, "list"))
    expect(offer).to_have_count(0)


def test_who_keeps_utc_is_left_alone(berlin: Visit, seat: Seat) -> None:
    page = berlin(seat.user)
    page.goto(credentials_url(seat.workspace, "list"))
    button(page, "Keep UTC")()
    expect(page.get_by_role("heading", name="Credentials", exact=True)).to_be_visible()
    expect(page.locator("#zone_offer")).to_have_count(0)


def test_a_browser_in_utc_and_one_without_scripts_offer_nothing(
    page: Page, berlin: Visit, seat: Seat
) -> None:
    page.goto("/account/")
    expect(page.locator("#zone_offer")).to_be_hidden()
    plain = berlin(seat.user, scripts=False)
    plain.goto("/account/")
    expect(plain.locator("#zone_offer")).to_be_hidden()
    look(page, "account")
    page.get_by_label("Time zone").select_option(label="Argentina, Buenos Aires")
    button(page, "Save")()
    expect(page.locator(".footer")).to_contain_text("America/Argentina/Buenos_Aires")


def test_the_first_steps_are_closed_and_brought_back(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "overview"))
    steps = page.get_by_role("region", name="First steps")
    expect(steps).to_contain_text("Make an organization and invite")
    look(page, "first-steps-empty")
    scenes.stored("deploy", by=seat)
    page.reload()
    expect(steps).to_contain_text("Done")
    look(page, "first-steps")
    button(page, "Hide these steps")()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(steps).to_have_count(0)
    page.goto("/account/")
    button(page, "Show it again")()
    page.goto(credentials_url(seat.workspace, "overview"))
    steps.get_by_role("link", name="Invite people").click()
    expect(page).to_have_url("/o/acme/web/people/")
    assert overflow(page) == 0
