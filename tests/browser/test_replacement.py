"""Replacing a secret in a real browser: in place with scripts, as a page without, on a phone."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app import tasks
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from tests.browser.test_credentials import button
from tests.browser.test_many import look
from tests.browser.visits import barriers, overflow, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

NEW = "made-up-password-2"


@pytest.fixture
def bad(seat: Seat) -> Credential:
    """A GitLab login that lacks a scope."""
    row = scenes.stored("deploy", by=seat, provider="gitlab", push=True, repository="team/app")
    needed = ("read_registry", "write_registry")
    rights = {"needed": needed, "held": needed[:1], "missing": needed[1:]}
    return scenes.checked(row, scenes.verdict(Outcome.MISSING_SCOPE, provider="gitlab", **rights))


def detail(row: Credential, view: str = "detail") -> str:
    return credentials_url(row.workspace, view, pk=row.pk)


def judged(outcome: Outcome) -> None:
    """The newest trial is checked."""
    with scenes.registry_says(outcome):
        tasks.check_trial(str(Trial.objects.latest("started_at").pk))


def test_the_panel_opens_in_place_and_the_page_turns_valid_without_reloading(
    page: Page, bad: Credential
) -> None:
    page.goto(detail(bad))
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="Replace the secret").click()
    expect(page.locator("#id_secret")).to_be_focused()
    assert page.url.endswith(detail(bad))
    look(page, "replace-panel")
    page.locator("#id_secret").fill(NEW)
    button(page, "Check and replace")()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.REJECTED)
    expect(page.locator("#replacement")).to_contain_text("The old one stays as it was.")
    assert page.locator("#id_secret").input_value() == NEW
    look(page, "replace-refused")
    page.locator("#id_secret").fill("made-up-password-3")
    button(page, "Check and replace")()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.VALID)
    expect(page.get_by_text("Works again. It was bad for")).to_be_visible()
    expect(page.get_by_role("region", name="Status")).to_contain_text("Valid")
    expect(page.locator("#replace")).to_have_count(0)
    assert page.evaluate("window.stays") is True
    look(page, "replaced")


def test_what_is_typed_survives_an_update_of_the_page_around_it(
    page: Page, bad: Credential
) -> None:
    page.goto(detail(bad))
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".sign-checking").first).to_be_visible()
    page.get_by_role("link", name="Replace the secret").click()
    page.locator("#id_secret").fill(NEW)
    with page.expect_response(lambda answer: "hx-retarget" in answer.headers):
        scenes.checked(bad, Outcome.REJECTED)
    page.wait_for_timeout(200)
    assert page.locator("#id_secret").input_value() == NEW


def test_the_kind_of_a_token_is_named_while_it_is_pasted(page: Page, bad: Credential) -> None:
    page.goto(detail(bad, "replace"))
    page.locator("#id_secret").fill("gldt-" + "madeup-token-1234567")
    expect(page.locator("#secret_kind")).to_contain_text("GitLab: deploy token")


def test_a_scope_is_copied_by_its_button(
    page: Page, bad: Credential, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(detail(bad, "replace"))
    page.get_by_role("button", name="Copy write_registry").click()
    expect(page.get_by_role("button", name="Copied write_registry")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "write_registry"


def test_on_its_own_page_the_end_is_the_page_of_the_credential(page: Page, bad: Credential) -> None:
    page.goto(detail(bad, "replace"))
    look(page, "replace-page")
    page.locator("#id_secret").fill(NEW)
    button(page, "Check and replace")()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.VALID)
    expect(page.get_by_text("Works again. It was bad for")).to_be_visible()
    expect(page).to_have_url(re.compile(f"{detail(bad)}$"))


def test_enter_after_a_refusal_tries_what_is_typed(page: Page, bad: Credential) -> None:
    page.goto(detail(bad))
    page.get_by_role("link", name="Replace the secret").click()
    page.locator("#id_secret").fill(NEW)
    page.locator("#id_secret").press("Enter")
    expect(page.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.REJECTED)
    expect(page.get_by_role("button", name="Replace anyway")).to_be_visible()
    page.locator("#id_secret").fill("made-up-password-3")
    page.locator("#id_secret").press("Enter")
    expect(page.locator("#replacement")).to_contain_text("Checking")
    assert Trial.objects.count() == 2
    assert Credential.objects.get().secret_version == bad.secret_version


def test_replace_anyway_stores_what_was_refused(page: Page, bad: Credential) -> None:
    page.goto(detail(bad))
    page.get_by_role("link", name="Replace the secret").click()
    page.locator("#id_secret").fill(NEW)
    button(page, "Check and replace")()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.REJECTED)
    button(page, "Replace anyway")()
    expect(page.get_by_role("region", name="Status")).to_contain_text("Refused")
    expect(page.get_by_role("heading", name="Former secrets")).to_be_visible()


@pytest.fixture
def plain(browser: Browser, seat: Seat, live_server: LiveServer) -> Iterator[Page]:
    """A browser on a phone that runs no scripts."""
    base_url = live_server.url.replace("127.0.0.1", "localhost")
    size = {"width": 390, "height": 844}
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=size)  # type: ignore[arg-type]
    sign_in(context, base_url)
    yield context.new_page()
    context.close()


def test_it_works_without_scripts_on_a_phone(plain: Page, bad: Credential) -> None:
    plain.goto(detail(bad))
    plain.get_by_role("link", name="Replace the secret").click()
    plain.locator("#id_secret").fill(NEW)
    button(plain, "Check and replace")()
    expect(plain.locator("#replacement")).to_contain_text("Checking")
    judged(Outcome.REJECTED)
    plain.get_by_role("link", name="Show the result").click()
    expect(plain.locator("#replacement")).to_contain_text("The old one stays as it was.")
    plain.locator("#id_secret").fill("made-up-password-3")
    button(plain, "Check and replace")()
    judged(Outcome.VALID)
    plain.get_by_role("link", name="Show the result").click()
    expect(plain.get_by_text("Works again. It was bad for")).to_be_visible()
    button(plain, "Bring it back")()
    expect(plain.get_by_text("The former secret is stored again.")).to_be_visible()


def test_nothing_keeps_people_out_and_nothing_is_wider_than_a_phone(
    page: Page, bad: Credential
) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for address in (detail(bad), detail(bad, "replace")):
        page.goto(address)
        assert (overflow(page), barriers(page)) == (0, []), address


def test_a_wait_is_told_on_the_page_in_the_list_and_in_the_panel(
    page: Page, bad: Credential
) -> None:
    until = timezone.now() + timedelta(minutes=51, seconds=30)
    waits = {"wait_reason": "account", "asked_at": timezone.now(), "next_check_at": until}
    Credential.objects.update(**waits)
    page.goto(detail(bad))
    expect(page.get_by_role("region", name="Waiting")).to_contain_text("in 51 minutes")
    expect(page.get_by_role("button", name="Check now")).to_be_disabled()
    look(page, "waits")
    page.goto(credentials_url(bad.workspace, "list"))
    expect(page.get_by_text("so that the account is not locked")).to_be_visible()
    look(page, "waits-list")
    page.goto(detail(bad, "replace"))
    page.locator("#id_secret").fill(NEW)
    button(page, "Check and replace")()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    Trial.objects.update(**waits)
    expect(page.locator("#replacement")).to_contain_text("so that the account is not locked")
    expect(page.locator("#replacement")).to_contain_text("kept for ten minutes only")
    look(page, "waits-replace")


def test_a_poll_on_its_way_ends_when_a_person_sends_something(page: Page, bad: Credential) -> None:
    with _slow_poll(page, bad):
        page.get_by_role("link", name="Replace the secret").click()
        page.locator("#id_secret").fill(NEW)
        button(page, "Check and replace")()
        expect(page.locator("#replacement")).to_contain_text("Checking")
        scenes.checked(bad, Outcome.REJECTED)
        judged(Outcome.VALID)
        expect(page.get_by_text("Works again. It was bad for")).to_be_visible()
    expect(page.get_by_text("Works again. It was bad for")).to_be_visible()


def test_a_check_asked_for_twice_survives_the_poll_of_the_first(
    page: Page, bad: Credential
) -> None:
    with _slow_poll(page, bad):
        scenes.checked(bad, Outcome.REJECTED)
        page.get_by_role("button", name="Check now").click()
        expect(page.locator("#progress")).to_have_count(1)
    expect(page.locator("h1 .sign-checking")).to_be_visible()


def test_what_is_pressed_while_something_is_sent_is_sent_after_it(
    page: Page, bad: Credential
) -> None:
    held: list[Route] = []
    page.goto(detail(bad))
    page.get_by_role("link", name="Replace the secret").click()
    page.locator("#id_secret").fill(NEW)
    page.route(re.compile("/check/$"), lambda route: held.append(route))
    page.get_by_role("button", name="Check now").click()
    button(page, "Check and replace")()
    page.wait_for_timeout(200)
    assert not Trial.objects.exists(), "one goes after the other"
    held[0].continue_()
    expect(page.locator("#replacement")).to_contain_text("Checking")
    assert Trial.objects.count() == 1


def test_a_button_is_clicked_though_its_page_was_read_anew_while_it_was_pressed(
    page: Page, bad: Credential
) -> None:
    page.goto(detail(bad))
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("h1 .sign-checking")).to_be_visible()
    page.get_by_role("button", name="Pause").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: "hx-retarget" in answer.headers):
        scenes.checked(bad, Outcome.REJECTED)
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("Paused")


@pytest.mark.parametrize("releases_elsewhere", [False, True])
def test_a_press_goes_on_where_an_answer_replaced_its_element(
    page: Page, bad: Credential, *, releases_elsewhere: bool
) -> None:
    held: list[Route] = []
    page.goto(detail(bad))
    page.route(re.compile("/check/$"), lambda route: held.append(route))
    page.get_by_role("button", name="Check now").click()
    page.get_by_role("link", name="Replace the secret").hover()
    page.mouse.down()
    with page.expect_response(re.compile("/check/$")):
        held[0].continue_()
    expect(page.locator("#progress")).to_have_count(1)
    if releases_elsewhere:
        page.mouse.move(1, 1)
    page.mouse.up()
    if releases_elsewhere:
        expect(page.locator("h1 .sign-checking")).to_be_visible()
    expect(page.locator("#id_secret")).to_have_count(0 if releases_elsewhere else 1)


def test_a_page_follows_its_check_after_a_press_that_went_elsewhere(
    page: Page, bad: Credential
) -> None:
    page.goto(detail(bad))
    page.get_by_role("button", name="Check now").click()
    expect(page.locator("h1 .sign-checking")).to_be_visible()
    page.locator("h1").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: "hx-retarget" in answer.headers):
        scenes.checked(bad, Outcome.REJECTED)
    page.mouse.up()
    expect(page.locator("h1")).to_contain_text("Refused")


@contextmanager
def _slow_poll(page: Page, row: Credential) -> Iterator[None]:
    """The first poll of a check is answered when the block is over, as of now."""
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
            return
        scenes.checked(row, Outcome.REJECTED)
        held.append((route, route.fetch()))

    page.route(re.compile("/progress"), hold)
    page.goto(detail(row))
    page.get_by_role("button", name="Check now").click()
    deadline = time.monotonic() + 10
    while not held and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    ((route, answer),) = held
    yield
    route.fulfill(response=answer)
    page.wait_for_timeout(300)
