"""Tags in a real browser: completed by keys and by mouse, filtered by, changed by the bar."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app.models import Credential, tags_of
from tests.browser.visits import faults, listed, sign_in
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

TAGS: tuple[tuple[str, ...], ...] = (
    ("prod", "team:shop", "ci"),
    ("production-of-everything-that-is-sold-40", "prod", "k8s", "team:platform", "critical"),
    ("staging",),
    (),
)


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice, signed in, with credentials of which all but one have tags."""
    found = scenes.seat()
    for number, tags in enumerate(TAGS):
        scenes.stored(f"deploy-{number}", by=found, tags=tags, repository="team/app")
    Credential.objects.update(status="valid", asked_at=None, next_check_at=None)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


def tags_now(name: str) -> tuple[str, ...]:
    return tags_of(Credential.objects.get(name=name))


def test_a_tag_is_completed_by_keys_alone(page: Page, seat: Seat) -> None:
    row = Credential.objects.get(name="deploy-3")
    page.goto(credentials_url(seat.workspace, "edit", pk=row.pk))
    field = page.get_by_label("Tags")
    field.focus()
    page.keyboard.type("new-one, te")
    options = page.locator(".completions:visible").get_by_role("option")
    expect(options).to_have_text(["team:platform", "team:shop"])
    assert faults(page, "tags-completion") == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="team:shop")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_value("new-one, team:shop, ")
    expect(options).to_have_count(0)
    page.keyboard.type("pro")
    expect(options.first).to_have_text("prod")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.type("d")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(field).to_have_value("new-one, team:shop, production-of-everything-that-is-sold-40, ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“deploy-3” was saved.")).to_be_visible()
    assert tags_now("deploy-3") == (
        "new-one", "production-of-everything-that-is-sold-40", "team:shop",
    )  # fmt: skip
    expect(page.get_by_text("Tags changed")).to_be_visible()
    assert faults(page, "tags-detail") == []


def test_the_list_is_filtered_by_the_chip_and_by_the_facts_of_a_credential(
    page: Page, seat: Seat
) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    assert faults(page, "tags-list") == []
    page.locator("#chip_tag summary").click()
    assert faults(page, "tags-chip") == []
    page.get_by_role("checkbox", name="prod 2", exact=True).check()
    page.wait_for_url("**/?tag=prod")
    assert listed(page) == ["deploy-0", "deploy-1"]
    page.get_by_role("checkbox", name="No tag").check()
    page.wait_for_url("**/?tag=prod&tag=-")
    assert listed(page) == ["deploy-0", "deploy-1", "deploy-3"]
    page.get_by_role("link", name="deploy-1").click()
    page.get_by_role("link", name="k8s").click()
    page.wait_for_url("**/?tag=k8s")
    assert listed(page) == ["deploy-1"]


def test_the_bar_completes_a_tag_adds_it_and_undoes_it(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "list"))
    for number in (2, 3):
        page.get_by_role("checkbox", name=f"deploy-{number}").check()
    field = page.get_by_label("Tags to add or remove")
    field.click()
    page.keyboard.type("k8")
    option = page.get_by_role("option", name="k8s")
    expect(option).to_be_visible()
    assert faults(page, "tags-bar") == []
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("k8s, ")
    field.press("Enter")
    expect(page.get_by_text("Tagged: 2.")).to_be_visible()
    assert (tags_now("deploy-2"), tags_now("deploy-3")) == (("k8s", "staging"), ("k8s",))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone for 2.")).to_be_visible()
    assert (tags_now("deploy-2"), tags_now("deploy-3")) == (("staging",), ())


def test_an_option_is_taken_by_the_mouse_and_the_field_keeps_the_focus(
    page: Page, seat: Seat
) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    page.locator("#more_fields > summary").click()
    field = page.get_by_label("Tags")
    field.click()
    page.get_by_role("option", name="staging").click()
    expect(field).to_have_value("staging, ")
    expect(field).to_be_focused()
