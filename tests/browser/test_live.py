"""A check in a real browser: its steps come while it runs, the focus stays, a reader hears them."""

from contextlib import ExitStack
from itertools import pairwise

from playwright.sync_api import Page, expect

from credentials_app.checks import check, leases, progress
from credentials_app.models import Credential, Trial
from registry.evidence import NextRequest, StepName
from registry.outcome import Outcome
from tests.browser.test_credentials import fill
from tests.browser.test_many import look
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

READ = """() => {
  window.read = [];
  const region = document.getElementById("said");
  new MutationObserver(() => window.read.push(region.textContent))
    .observe(region, { childList: true, characterData: true, subtree: true });
  window.stays = true;
}"""
"""Notes what a screen reader would read from now on."""


def test_the_steps_come_while_the_check_runs_and_the_verdict_after_them(
    page: Page, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    page.goto(credentials_url(seat.workspace, "detail", pk=row.pk))
    page.evaluate(READ)
    asked = page.get_by_role("button", name="Check now")
    asked.focus()
    page.keyboard.press("Enter")
    steps = page.get_by_role("region", name="This check").get_by_role("listitem")
    expect(steps).to_have_text(["Wait for the checker"])
    expect(asked).to_be_focused()
    with ExitStack() as stack:
        [claimed] = check.claim_for_check(Credential, [row.pk])
        follow = stack.enter_context(progress.shown_to_person(claimed))
        follow(NextRequest(StepName.PING, scenes.REGISTRY, (), "generic"))
        expect(steps).to_have_text(["Reach registry.example.org"])
        done = (scenes.step(StepName.PING, 401),)
        follow(NextRequest(StepName.SIGN_IN, scenes.SIGN_IN, done, "generic"))
        expect(steps).to_have_text(
            ["Reach registry.example.org 3 ms", "Sign in at gitlab.example.org"]
        )
        look(page, "live")
        leases.release(claimed)
    with scenes.registry_says(Outcome.REJECTED):
        check.check_one(Credential, row.pk)
    expect(page.get_by_role("region", name="Status")).to_contain_text("Refused")
    expect(page.get_by_role("region", name="This check")).to_have_count(0)
    expect(asked).to_be_focused()
    look(page, "live-over")
    assert page.evaluate("window.stays") is True
    read = page.evaluate("window.read")
    assert read[:3] == [
        "Wait for the checker",
        "Reach registry.example.org",
        "Reach registry.example.org. Sign in at gitlab.example.org",
    ]
    assert read[-1].startswith("Refused. ")
    # A poll may meet the second check at its first step, too.
    assert all(words != before for before, words in pairwise(read))


def test_the_steps_of_a_trial_come_beside_the_form(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    fill(page)
    page.evaluate(READ)
    page.locator("#act_check").focus()
    page.keyboard.press("Enter")
    steps = page.locator("#trial").get_by_role("listitem")
    expect(steps).to_have_text(["Wait for the checker"])
    with ExitStack() as stack:
        [claimed] = check.claim_for_check(Trial, [Trial.objects.get().pk])
        follow = stack.enter_context(progress.shown_to_person(claimed))
        done = (scenes.step(StepName.PING, 401),)
        follow(NextRequest(StepName.SIGN_IN, scenes.SIGN_IN, done, "generic"))
        expect(steps.last).to_have_text("Sign in at gitlab.example.org")
        look(page, "live-trial")
        leases.release(claimed)
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, claimed.pk)
    expect(page.locator("#trial")).to_contain_text("The login works.")
    expect(page.locator("#trial_result")).to_be_focused()
    look(page, "live-trial-over")
    read = page.evaluate("window.read")
    assert read[0] == "Wait for the checker"
    assert read[-1] == "Valid. The login works."


def test_a_page_that_was_hidden_polls_at_once_when_it_is_seen_again(page: Page, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    page.add_init_script(
        "Object.defineProperty(document, 'hidden', { get: () => window.away !== false })"
    )
    page.goto(credentials_url(seat.workspace, "detail", pk=row.pk))
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Credential, row.pk)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("region", name="This check")).to_have_count(1)
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("region", name="This check")).to_have_count(0)
