"""Credentials in a real browser: adding, checking, rows and pages that update themselves."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.checks import check
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from tests import cast
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


def fill(page: Page, name: str = "deploy", secret: str = scenes.PASSWORD) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("User name").fill("ci-robot")
    page.locator("#id_secret").fill(secret)
    page.get_by_label("Registry server").fill("registry.example.org")


def button(page: Page, name: str) -> Callable[[], None]:
    return page.get_by_role("button", name=name, exact=True).click


def test_what_is_added_becomes_valid_without_reloading(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.get_by_role("link", name="Add credentials").first.click()
    fill(page)
    button(page, "Add")()
    expect(page.get_by_text("Checking").first).to_be_visible()
    page.evaluate("window.stays = true")
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Credential, Credential.objects.get().pk)
    expect(page.get_by_role("region", name="Status")).to_contain_text("The login works.")
    expect(page.locator(".sign-checking")).to_have_count(0)
    assert page.evaluate("window.stays") is True


def test_the_personal_ones_are_in_the_menu_of_the_person(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.locator("summary", has_text="Your account").click()
    page.get_by_role("link", name="Your credentials").last.click()
    expect(page).to_have_url("/me/credentials/")
    page.get_by_role("link", name="Add credentials").first.click()
    fill(page)
    button(page, "Add")()
    expect(page.get_by_role("heading", name="deploy")).to_be_visible()
    assert Credential.objects.get().workspace == seat.user.personal_workspace


def test_a_row_turns_bad_by_itself(page: Page, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    page.goto(credentials_url(seat.workspace, "list"))
    expect(page.get_by_text("Checking")).to_be_visible()
    with scenes.registry_says(Outcome.REJECTED):
        check.check_one(Credential, row.pk)
    expect(page.locator(".badge", has_text="Refused")).to_be_visible()


def test_check_keeps_what_was_typed_the_password_too(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    page.locator("#more_fields > summary").click()
    page.get_by_label("Notes").fill("kept notes")
    button(page, "Check")()
    expect(page.locator("#trial")).to_contain_text("Checking")
    assert page.locator("#id_secret").input_value() == scenes.PASSWORD
    assert page.get_by_label("Notes").input_value() == "kept notes"
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    expect(page.locator("#trial")).to_contain_text("The login works.")
    assert not Credential.objects.exists()
    button(page, "Add")()
    expect(page.get_by_role("heading", name="deploy")).to_be_visible()
    expect(page.get_by_role("region", name="Status")).to_contain_text("The login works.")


def test_a_stranger_is_asked_about_in_the_trial_and_trusted(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    button(page, "Check")()
    expect(page.locator("#trial")).to_contain_text("Checking")
    asking = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    with scenes.registry_says(asking, scenes.evidence(realm=None)):
        check.check_one(Trial, Trial.objects.get().pk)
    expect(page.locator("#trial")).to_contain_text("sign-in.example.net")
    button(page, "Trust it and check")()
    expect(page.locator("#trial")).to_contain_text("Checking")
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    expect(page.locator("#trial")).to_contain_text("The login works.")


def test_a_taken_name_is_told_while_typing(page: Page, seat: Seat) -> None:
    scenes.stored("deploy", by=seat)
    page.goto(credentials_url(seat.workspace, "add"))
    page.get_by_label("Name", exact=True).press_sequentially("Deploy")
    expect(page.get_by_text("This name is taken")).to_be_visible()
    page.get_by_label("Name", exact=True).press_sequentially("-2")
    expect(page.get_by_text("This name is taken")).to_have_count(0)


def test_labels_help_and_examples_follow_the_provider(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    page.locator(".pick", has_text="More…").click()
    page.get_by_label("All providers").select_option(label="GitLab")
    expect(page.get_by_label("Token")).to_be_visible()
    expect(page.get_by_text("Best a deploy token")).to_be_visible()
    server = page.get_by_label("Registry server")
    assert server.get_attribute("placeholder") == "registry.gitlab.com"


def test_a_sign_in_that_is_over_leads_to_the_sign_in_page(
    page: Page, seat: Seat, context: BrowserContext
) -> None:
    scenes.stored("deploy", by=seat)
    page.goto(credentials_url(seat.workspace, "list"))
    context.clear_cookies()
    expect(page).to_have_url(re.compile("/account/login/"))


def test_the_menus_open_and_close_by_keyboard(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    menu = page.locator("summary", has_text="Your account")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your credentials").last).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_an_outsider_sees_nothing_here(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    place = cast.workspace()
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), cast.mallory())
    answer = page.request.get(credentials_url(place, "list"))
    assert answer.status == 404
    assert "There is nothing at this address" in answer.text()


def test_a_name_that_cannot_fit_is_replaced_in_place(page: Page, seat: Seat) -> None:
    key = "nvapi-" + "M" * 64
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page, secret=key)
    page.get_by_label("Registry server").fill("nvcr.io")
    page.locator("#more_fields > summary").click()
    page.get_by_label("Notes").fill("kept notes")
    button(page, "Check")()
    expect(page.locator("#field_username")).to_contain_text("goes with the user name $oauthtoken")
    button(page, "Use this name: $oauthtoken")()
    expect(page.locator("#id_username")).to_have_value("$oauthtoken")
    expect(page.locator("#use_name")).to_have_count(0)
    assert page.locator("#id_secret").input_value() == key
    assert page.get_by_label("Notes").input_value() == "kept notes"
    assert not Trial.objects.exists()
    button(page, "Check")()
    expect(page.locator("#trial")).to_contain_text("Checking")
    assert Trial.objects.get().username == "$oauthtoken"
