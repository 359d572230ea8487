"""The form of a credential: tiles, few fields, a suggested name, hints, and the result beside."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from credentials_app.checks import check
from credentials_app.models import Credential, Trial
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from tests.browser.test_credentials import button
from tests.browser.visits import barriers, cut_texts, overflow
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

SIZES = ((1440, 900), (1024, 768), (390, 844))
DEPLOY_TOKEN = "gldt-MADEUPMADEUPMADEUP12"
SIGNS_A_SECOND = 5


def look(page: Page, name: str) -> None:
    """Pictures for people, where a folder for them is named; what keeps people out fails."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
                page.wait_for_timeout(300)  # until all colors have changed
                page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        assert overflow(page) == 0, (name, width)
        assert cut_texts(page) == [], (name, width)
    assert barriers(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def tile(page: Page, label: str) -> None:
    page.locator(".pick", has_text=label).click()


@pytest.fixture
def form(page: Page, seat: Seat) -> Page:
    page.goto(credentials_url(seat.workspace, "add"))
    return page


TILES = {
    "GitLab": "gitlab-pull",
    "GitHub": "ghcr-pull",
    "Docker Hub": "docker-hub-pull",
    "Quay": "quay-pull",
    "Amazon ECR": "ecr-pull",
    "Azure": "acr-pull",
    "Google": "gar-pull",
    "Harbor": "harbor-pull",
}


def test_every_tile_shows_what_its_provider_needs(form: Page) -> None:
    look(form, "add-empty")
    for label, name in TILES.items():
        tile(form, label)
        expect(form.locator("#id_name")).to_have_value(name)
        expect(form.locator("#field_provider")).to_be_hidden()
        look(form, f"add-{name.removesuffix('-pull')}")
    expect(form.locator("#id_username")).to_have_value("")
    tile(form, "Google")
    expect(form.locator("#id_username")).to_have_value("_json_key")
    expect(form.locator("#id_username")).to_be_hidden()
    expect(form.locator("#username_said summary")).to_have_text("User name: _json_key")
    form.locator("#username_said summary").click()
    expect(form.locator("#id_username")).to_be_visible()


def test_the_server_of_a_provider_with_one_address_is_filled_in(form: Page) -> None:
    server = form.locator("#id_server")
    tile(form, "Docker Hub")
    expect(server).to_have_value("docker.io")
    tile(form, "GitHub")
    expect(server).to_have_value("ghcr.io")
    tile(form, "GitLab")
    expect(server).to_have_value("")
    button(form, "Use registry.gitlab.com")()
    expect(server).to_have_value("registry.gitlab.com")
    tile(form, "GitHub")
    expect(server).to_have_value("registry.gitlab.com")
    expect(form.locator("#found")).to_contain_text("This server is GitLab, and GitHub")


def test_the_tiles_follow_the_server_until_a_person_chooses(form: Page) -> None:
    def chosen() -> list[str]:
        found: list[str] = form.evaluate(
            "[...document.querySelectorAll('[name=tile]:checked')].map((each) => each.value)"
        )
        return found

    server, found = form.locator("#id_server"), form.locator("#found")
    server.fill("registry.gitlab.com")
    expect(found).to_contain_text("This is GitLab")
    assert chosen() == ["gitlab"]
    expect(form.locator("#id_provider")).to_have_value("gitlab")
    server.fill("quay.io")
    expect(found).to_contain_text("This is Quay")
    assert chosen() == ["quay"]
    server.fill("acme.jfrog.io")
    expect(found).to_contain_text("This is JFrog Artifactory")
    assert chosen() == ["more"]
    expect(form.locator("#id_provider")).to_be_visible()
    server.fill("registry.example.org")
    expect(found).not_to_contain_text("This is")
    assert chosen() == []
    tile(form, "Harbor")
    server.fill("quay.io")
    expect(found).to_contain_text("This server is Quay, and Harbor is chosen")
    assert chosen() == ["harbor"]


def test_all_providers_are_in_the_select_that_more_opens(form: Page) -> None:
    select = form.get_by_label("All providers")
    expect(select).to_be_hidden()
    form.get_by_role("radio", name="More…").focus()
    form.keyboard.press("Space")
    select.select_option(label="NVIDIA NGC")
    expect(form.locator("#id_server")).to_have_value("nvcr.io")
    expect(form.locator("#id_username")).to_have_value("$oauthtoken")
    expect(form.locator("#id_name")).to_have_value("nvidia-pull")
    expect(select).to_have_value("nvidia")
    look(form, "add-more")


def test_arrow_keys_move_between_the_tiles(form: Page) -> None:
    form.get_by_role("radio", name="GitLab").focus()
    form.keyboard.press("Space")
    form.keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="GitHub")).to_be_checked()
    expect(form.locator("#id_server")).to_have_value("ghcr.io")


def test_a_name_is_suggested_and_a_typed_one_stays(form: Page, seat: Seat) -> None:
    scenes.stored("gitlab-pull", by=seat)
    name = form.locator("#id_name")
    form.locator("#id_server").fill("registry.gitlab.com")
    expect(name).to_have_value("gitlab-pull-2")
    form.get_by_text("Pull and push").click()
    expect(name).to_have_value("gitlab-push")
    form.locator("#more_fields > summary").click()
    form.locator("#id_repository").fill("Group/App")
    form.locator("#id_repository").press("Tab")
    expect(name).to_have_value("gitlab-group-app-push")
    name.fill("mine")
    form.get_by_text("Reading images").click()
    expect(form.locator("#found")).to_contain_text("This is GitLab")
    form.wait_for_timeout(800)  # until the form asked again
    expect(name).to_have_value("mine")


def test_bad_characters_in_a_name_are_told_while_typing(form: Page) -> None:
    name, note = form.locator("#id_name"), form.locator("#name_note")
    name.press_sequentially("my name")
    expect(note).to_contain_text("There is a space in the name")
    name.fill("déploy")
    expect(note).to_contain_text("letters, digits, hyphens and underscores")
    name.fill("deploy")
    expect(note).to_be_empty()


def test_a_web_site_typed_as_the_server_is_told_before_any_check(form: Page) -> None:
    form.locator("#id_server").fill("gitlab.com")
    expect(form.locator("#found")).to_contain_text("its container registry is registry.gitlab.com")
    look(form, "add-web-site")
    button(form, "Use registry.gitlab.com")()
    expect(form.locator("#id_server")).to_have_value("registry.gitlab.com")
    expect(form.locator("#id_server")).to_be_focused()
    expect(form.locator("#found")).to_contain_text("This is GitLab")
    assert not Trial.objects.exists()


def test_a_pasted_token_chooses_its_provider(form: Page) -> None:
    secret = form.locator("#id_secret")
    secret.fill("ghp_MADEUPMADEUPMADEUPMADEUPMADEUP123456")
    expect(form.get_by_role("radio", name="GitHub")).to_be_checked()
    expect(form.locator("#id_server")).to_have_value("ghcr.io")
    expect(form.locator("#id_name")).to_have_value("ghcr-pull")
    secret.fill("made-up-password")
    expect(form.get_by_role("radio", name="GitHub")).not_to_be_checked()
    expect(form.locator("#id_server")).to_have_value("")


def test_a_login_is_added_and_verified_with_one_click_and_a_hundred_signs(
    form: Page, seat: Seat
) -> None:
    """At five signs a second: twenty seconds. The token is pasted; all else is typed or known."""
    typed = {
        "#id_secret": DEPLOY_TOKEN,
        "#id_username": "gitlab+deploy-token-17",
        "#id_server": "registry.gitlab.com",
    }
    form.locator("#id_secret").fill(typed["#id_secret"])
    for field in ("#id_username", "#id_server"):
        form.locator(field).press_sequentially(typed[field])
    expect(form.locator("#id_name")).to_have_value("gitlab-pull")
    button(form, "Add")()
    expect(form.get_by_role("heading", name="gitlab-pull")).to_be_visible()
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Credential, Credential.objects.get().pk)
    expect(form.get_by_role("region", name="Status")).to_contain_text("The login works.")
    row = Credential.objects.get()
    assert (row.name, row.provider, row.workspace) == ("gitlab-pull", "generic", seat.workspace)
    assert sum(map(len, typed.values())) <= 20 * SIGNS_A_SECOND


RESULTS = {
    "valid": Outcome.VALID,
    "refused": Outcome.REJECTED,
    "expired": Outcome.EXPIRED,
    "unreachable": Outcome.UNREACHABLE,
}


@pytest.mark.parametrize("name", RESULTS)
def test_the_result_is_where_one_looks_and_where_the_focus_is(form: Page, name: str) -> None:
    tile(form, "GitLab")
    form.locator("#id_server").fill("registry.gitlab.com")
    form.locator("#id_username").fill("gitlab+deploy-token-17")
    form.locator("#id_secret").fill(DEPLOY_TOKEN)
    form.set_viewport_size({"width": 390, "height": 844})
    button(form, "Check")()
    result = form.locator("#trial_result")
    expect(result).to_be_focused()
    with scenes.registry_says(RESULTS[name]):
        check.check_one(Trial, Trial.objects.get().pk)
    expect(form.locator("#trial > .message")).not_to_contain_text("Checking")
    expect(result).to_be_focused()
    expect(result).to_be_in_viewport()
    pressed, shown = form.locator("#act_check").bounding_box(), result.bounding_box()
    assert pressed
    assert shown
    assert 0 < shown["y"] - pressed["y"] < 200
    look(form, f"result-{name}")


def test_on_a_phone_the_form_and_its_button_are_near(form: Page) -> None:
    form.set_viewport_size({"width": 390, "height": 844})
    height = form.evaluate("document.documentElement.scrollHeight")
    check_it = form.locator("#act_check").bounding_box()
    assert check_it
    assert height < 1800
    assert check_it["y"] < 1250


def test_errors_open_what_hides_them(form: Page, seat: Seat) -> None:
    form.locator("#more_fields > summary").click()
    form.locator("#id_repository").fill("no such: name")
    form.locator("#more_fields > summary").click()
    button(form, "Add")()
    expect(form.locator("#error_summary")).to_be_focused()
    expect(form.locator("#id_repository")).to_be_visible()
    look(form, "add-errors")


def test_without_scripts_tiles_hints_and_names_work(plain: Page, seat: Seat) -> None:
    plain.goto(credentials_url(seat.workspace, "add"))
    expect(plain.get_by_label("All providers")).to_be_hidden()
    tile(plain, "More…")
    expect(plain.get_by_label("All providers")).to_be_visible()
    plain.locator("#id_server").fill("gitlab.com")
    plain.locator("#id_username").fill("gitlab+deploy-token-17")
    button(plain, "Check")()
    button(plain, "Use registry.gitlab.com")()
    expect(plain.locator("#id_server")).to_have_value("registry.gitlab.com")
    expect(plain.locator("#id_username")).to_have_value("gitlab+deploy-token-17")
    expect(plain.locator("#error_summary")).to_have_count(0)
    expect(plain.get_by_role("radio", name="GitLab")).to_be_checked()
    button(plain, "Check")()
    button(plain, "Use gitlab-pull")()
    expect(plain.locator("#id_name")).to_have_value("gitlab-pull")
    plain.locator("#id_secret").fill(DEPLOY_TOKEN)
    button(plain, "Add")()
    expect(plain.get_by_role("heading", name="gitlab-pull")).to_be_visible()
    assert Credential.objects.get().server == "https://registry.gitlab.com"


def test_the_edit_form_shows_what_is_stored(page: Page, seat: Seat) -> None:
    row = scenes.stored(
        "deploy", by=seat, server=Origin.parse("https://ghcr.io"), repository="team/app"
    )
    page.goto(credentials_url(seat.workspace, "edit", pk=row.pk))
    expect(page.get_by_role("radio", name="GitHub")).to_be_checked()
    expect(page.locator("#id_repository")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("deploy")
    look(page, "edit")
    tile(page, "Harbor")
    expect(page.locator("#found")).to_contain_text("This server is GitHub Container Registry")
    expect(page.locator("#id_server")).to_have_value("ghcr.io")
    expect(page.locator("#id_name")).to_have_value("deploy")


def test_a_typed_day_is_said_in_words_whatever_the_order_of_the_browser(form: Page) -> None:
    form.locator("#more_fields > summary").click()
    field = form.locator("#id_expires_on")
    said = form.locator("#field_expires_on [data-said]")
    expect(said).to_have_count(0)
    tomorrow = form.evaluate(
        "() => { const at = new Date(Date.now() + 86400000);"
        " return [at.getFullYear(), at.getMonth() + 1, at.getDate()]"
        ".map(each => String(each).padStart(2, '0')).join('-') }"
    )
    field.fill(tomorrow)
    expect(said).to_contain_text("in 1 day")
    field.fill("2031-02-03")
    expect(said).to_contain_text("Monday, 3 Feb 2031")
    field.fill("")
    expect(said).to_have_text("")
