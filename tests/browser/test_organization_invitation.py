"""An owner invites to an organization and its teams, and passes the link on."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.test_many import look
from tests.browser.visits import sign_in
from tests.workspaces.members.test_teams import give, team_of
from workspaces.models.roles import Role

LONG = "People-who-release-everything-that-is-sold-" + "x" * 40


def test_the_form_offers_teams_and_the_newcomer_reads_what_is_given(
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.MAIL_FOLDER = tmp_path
    give(team_of(name="Release"), Role.MAINTAINER)
    team_of(name=LONG)
    team_of(name="Security")
    address = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(context, address)
    page.goto("/organizations/acme/")
    page.get_by_label("E-mail address").fill("carol@")
    page.get_by_role("checkbox", name="Release", exact=True).check()
    page.locator("form[action$='/people/invite/']").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button", name="Make a link of invitation").click()
    expect(page.locator("#error_summary")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Release", exact=True)).to_be_checked()
    look(page, "organization-invite-errors")
    page.get_by_label("E-mail address").fill("carol@example.org")
    page.get_by_role("checkbox", name=LONG).check()
    page.get_by_role("button", name="Make a link of invitation").click()
    expect(page.locator("#invitation_link")).to_be_focused()
    link = page.get_by_label("Link of the invitation").input_value()
    look(page, "organization-invite-link")
    context.clear_cookies()
    page.goto(link.partition("8000")[2])
    expect(page.get_by_text("Maintainer in Web")).to_be_visible()
    look(page, "organization-invitation")
    page.get_by_label("Your name").fill("Carol")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Make my account and join").click()
    expect(page.get_by_role("heading", name="Acme", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Make a link of invitation")).to_have_count(0)
