"""The same pages without scripts, on a phone, in the dark, for people who see or point little."""

from playwright.sync_api import Page, expect

from credentials_app.checks import check
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from tests.browser.test_credentials import button, fill
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


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
