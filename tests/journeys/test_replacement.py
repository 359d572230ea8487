"""A wrong password is corrected, and taken back, in the running product: the page shows it all."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.person import SOON_MS, Person
from tests.journeys.product import Product, product
from tests.stand_ins.plain_registry import PlainRegistry

WRONG, RIGHT = "made-up-and-wrong", "made-up-password-1"
# What differs on a phone and without scripts is pages: one database says enough about them.
PEOPLE = [
    "desk",
    *(pytest.param(who, marks=pytest.mark.one_database) for who in ("phone", "plain")),
]
AGAIN = "Send it again (something changed at the registry)"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def running() -> Iterator[Product]:
    with product() as started:
        yield started


@pytest.mark.timeout(240)
@pytest.mark.parametrize("who", PEOPLE)
def test_wrong_wrong_right_and_back(
    who: str, page: Page, browser: Browser, running: Product
) -> None:
    with PlainRegistry.basic({f"ci-{who}": RIGHT}) as registry:
        person = Person(page, running)
        person.set_up()
        person.make_workspace("Acme Made-Up", "Platform")
        person.allow_http(registry.url)
        if who != "desk":
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if who == "plain":
            person = Person(_without_scripts(page, browser), running, person.base)
        _is_corrected(person, who, registry)
        sent = len(registry.requests.carrying(WRONG))
        assert sent > 0
        _comes_back_and_is_refused(person, who)
        assert len(registry.requests.carrying(WRONG)) == sent, "it was refused today"
        _has_no_way_back_when_the_grace_time_is_over(person)


def _without_scripts(page: Page, browser: Browser) -> Page:
    """The same person in a browser on a phone that runs no scripts."""
    context = browser.new_context(
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
        viewport=PHONE,  # type: ignore[arg-type]
    )
    return context.new_page()


def _is_corrected(person: Person, who: str, server: PlainRegistry) -> None:
    page = person.page
    person.fill(f"deploy-{who}", (f"ci-{who}", WRONG), server.url)
    person.add()
    _expect_status(person, "Refused")
    page.get_by_role("button", name=AGAIN).click()
    _expect_status(person, "Refused")

    _replace(person)
    person.look(f"valid-{who}")


def _comes_back_and_is_refused(person: Person, who: str) -> None:
    page = person.page
    page.get_by_role("button", name="Bring it back").click()
    status = _expect_status(person, "Refused")
    expect(status).to_contain_text("The registry refused this login on")
    person.look(f"refused-again-{who}")


def _replace(person: Person) -> None:
    page = person.page
    page.get_by_role("link", name="Replace the secret").click()
    page.locator("#id_secret").fill(RIGHT)
    page.get_by_role("button", name="Check and replace").click()
    _follow(page, "Show the result", page.get_by_text("Works again. It was bad for"))
    _expect_status(person, "Valid")


def _has_no_way_back_when_the_grace_time_is_over(person: Person) -> None:
    _replace(person)
    page, address = person.page, person.page.url
    expect(page.get_by_role("button", name="Bring it back").first).to_be_visible()
    _set_grace(person, "0")
    page.goto(address)
    _expect_status(person, "Valid")


def _expect_status(person: Person, word: str) -> Locator:
    region = person.page.get_by_role("region", name="Status", exact=True)
    heading = region.get_by_role("heading", name=word)
    checking = person.page.locator("h1 .sign-checking")
    deadline = time.monotonic() + SOON_MS / 1000
    again = person.page.get_by_role("link", name="Show this page again")
    while time.monotonic() < deadline and (checking.count() or not heading.count()):
        if again.count():
            again.first.click()
        person.page.wait_for_timeout(100)
    expect(heading).to_be_visible()
    expect(checking).to_have_count(0)
    return region


def _follow(page: Page, link: str, wanted: Locator) -> None:
    """Wait for it; without scripts, by the link that asks for the page again."""
    again, deadline = page.get_by_role("link", name=link), time.monotonic() + SOON_MS / 1000
    while time.monotonic() < deadline and not wanted.count():
        if again.count():
            again.first.click()
        page.wait_for_timeout(100)
    expect(wanted).to_be_visible()


def _set_grace(person: Person, grace: str) -> None:
    """How long the workspace keeps a replaced secret."""
    page = person.page
    page.goto(person.base)
    page.get_by_role("link", name="Schedule").click()
    page.get_by_label("Keep a replaced secret for").fill(grace)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds for every credential")).to_be_visible()
