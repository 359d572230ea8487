"""The same pages without scripts, on a phone, in the dark, for people who see or point little."""

import pytest
from playwright.sync_api import Page, expect

from credentials_app.checks import check
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from tests.browser.test_credentials import button, fill
from tests.browser.visits import barriers, overflow
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

PAGES = (
    "overview",
    "list",
    "empty",
    "add",
    "errors",
    "detail",
    "history",
    "edit",
    "delete",
    "rules",
    "rule",
)


@pytest.fixture
def bad(seat: Seat) -> Credential:
    """One that is bad, with everything that a page can say of it."""
    row = scenes.stored("a-rather-long-name-for-a-credential", by=seat, repository="team/app")
    rights = {"needed": ("pull", "push"), "held": ("pull",), "missing": ("push",)}
    return scenes.checked(row, scenes.verdict(Outcome.MISSING_SCOPE, **rights))


def visit(page: Page, seat: Seat, row: Credential, name: str) -> None:
    of_row = {
        view: credentials_url(seat.workspace, view, pk=row.pk) for view in ("detail", "history")
    }
    of_row |= {
        view: credentials_url(seat.workspace, view, pk=row.pk) for view in ("edit", "delete")
    }
    others = {"empty": "list", "errors": "add", "rule": "rule_add"}
    page.goto(of_row.get(name) or credentials_url(seat.workspace, others.get(name, name)))
    if name == "empty":
        page.goto(page.url + "?q=nothing-like-this")
    if name == "errors":
        button(page, "Add")()
        expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_people_out(page: Page, seat: Seat, bad: Credential, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for name in PAGES:
        visit(page, seat, bad, name)
        found[name] = barriers(page)
    assert found == {name: [] for name in PAGES}


def test_a_phone_shows_it_without_scrolling_sideways(
    page: Page, seat: Seat, bad: Credential
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    wider = {}
    for name in PAGES:
        visit(page, seat, bad, name)
        wider[name] = overflow(page)
    assert wider == dict.fromkeys(PAGES, 0)


def test_adding_works_without_scripts(plain: Page, seat: Seat) -> None:
    plain.goto(credentials_url(seat.workspace, "add"))
    fill(plain)
    button(plain, "Add")()
    expect(plain.get_by_role("heading", name="deploy")).to_be_visible()
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Credential, Credential.objects.get().pk)
    plain.get_by_role("link", name="Show this page again").click()
    expect(plain.get_by_role("region", name="Status")).to_contain_text("The login works.")


def test_a_check_before_saving_works_without_scripts(plain: Page, seat: Seat) -> None:
    plain.goto(credentials_url(seat.workspace, "add"))
    fill(plain)
    button(plain, "Check")()
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    button(plain, "Show the result")()
    expect(plain.locator("#trial")).to_contain_text("The login works.")
    assert plain.locator("#id_secret").input_value() == ""
    button(plain, "Add")()
    expect(plain.get_by_role("heading", name="deploy")).to_be_visible()


def test_searching_and_checking_work_without_scripts(plain: Page, seat: Seat) -> None:
    scenes.stored("wanted", by=seat)
    scenes.stored("other", by=seat)
    plain.goto(credentials_url(seat.workspace, "list"))
    plain.get_by_label("Search in everything").fill("wanted")
    button(plain, "Search")()
    expect(plain.get_by_role("link", name="other")).to_have_count(0)
    plain.get_by_role("link", name="wanted").click()
    button(plain, "Check now")()
    expect(plain.get_by_role("heading", name="wanted")).to_be_visible()
