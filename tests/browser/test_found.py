"""The form learns while one types, and the password stays out of its questions."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from credentials_app.checks import check
from credentials_app.models import Trial
from registry.outcome import Outcome
from tests.browser.visits import barriers, overflow
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat


def test_the_fields_adapt_to_the_server_that_is_typed(page: Page, seat: Seat) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scenes.stored("first", by=seat, server=scenes.REGISTRY)
    page.goto(credentials_url(seat.workspace, "add"))
    page.get_by_label("Name", exact=True).fill("deploy")
    page.locator("#id_secret").fill(scenes.PASSWORD)
    server = page.get_by_label("Registry server")
    server.press_sequentially("registry.gitlab.com")
    expect(page.locator("#found")).to_contain_text("This is GitLab")
    expect(page.get_by_label("Token", exact=True)).to_be_visible()
    page.get_by_text("Pull and push").click()
    link = page.get_by_role("link", name="GitLab: where it is made")
    expect(link).to_have_attribute(
        "href",
        "https://gitlab.com/-/user_settings/personal_access_tokens"
        "?name=deploy&scopes=read_registry,write_registry",
    )
    assert barriers(page) == []
    server.fill("rg.fr-par.scw.cloud")
    username = page.get_by_label("User name")
    expect(username).to_have_value("nologin")
    server.fill("registry.example.org")
    expect(username).to_have_value("")
    username.fill("ci-robot")
    username.press("Tab")
    expect(page.locator("#found")).to_contain_text("“first” is for the same server")
    assert page.locator("#id_secret").input_value() == scenes.PASSWORD
    questions = [urlsplit(url) for url in asked if "/found/" in url]
    assert questions
    assert all("secret" not in parse_qs(each.query) for each in questions)
    assert not any(scenes.PASSWORD in url for url in asked)


def test_which_token_to_take_follows_what_is_typed_and_stays_open(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    help_of_choice = page.get_by_text("Which token?")
    expect(help_of_choice).to_be_hidden()
    server, repository = page.get_by_label("Registry server"), page.locator("#id_repository")
    server.fill("registry.gitlab.com")
    help_of_choice.click()
    choices = page.locator("#which_token")
    expect(choices).to_contain_text("A Maintainer of the project")
    assert barriers(page) == []
    page.locator("#more_fields > summary").click()
    repository.fill("acme/app")
    repository.press("Tab")
    link = choices.get_by_role("link", name="acme/app").first
    expect(link).to_have_attribute(
        "href", "https://gitlab.com/acme/app/-/settings/repository#js-deploy-tokens"
    )
    expect(link).to_be_visible()
    assert overflow(page) <= 0


def test_a_job_token_is_named_while_it_is_typed_and_sent_nowhere(page: Page, seat: Seat) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto(credentials_url(seat.workspace, "add"))
    kind, secret = page.locator("#secret_kind"), page.locator("#id_secret")
    secret.press_sequentially("glcbt-64_MADEUP")
    expect(kind).to_contain_text("GitLab: CI job token. It ends with its job")
    secret.fill("glrt-MADEUPMADEUP12")
    expect(kind).to_contain_text("a registry never accepts it")
    secret.fill(scenes.PASSWORD)
    expect(kind).to_be_empty()
    username = page.get_by_label("User name")
    username.fill("gitlab-ci-token")
    username.press("Tab")
    expect(page.locator("#found")).to_contain_text("By its user name: GitLab, CI job token")
    assert barriers(page) == []
    assert not any("glcbt" in each or "glrt" in each for each in asked)


def test_a_web_host_is_exchanged_for_its_registry(page: Page, seat: Seat) -> None:
    page.goto(credentials_url(seat.workspace, "add"))
    page.get_by_label("Name", exact=True).fill("deploy")
    page.get_by_label("User name").fill("ci-robot")
    page.locator("#id_secret").fill("gldt-MADEUPMADEUPMADEUP12")
    page.get_by_label("Registry server").fill("gitlab.example.net")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#trial")).to_contain_text("Checking")
    expect(page.locator("#secret_kind")).to_contain_text("gitlab+deploy-token-N")
    told = scenes.verdict(Outcome.WRONG_SERVER, suggested_server="gitlab.example.net:5050")
    with scenes.registry_says(told):
        check.check_one(Trial, Trial.objects.get().pk)
    page.get_by_role("button", name="Use gitlab.example.net:5050 and check").click()
    server = page.get_by_label("Registry server")
    expect(server).to_have_value("gitlab.example.net:5050")
    expect(page.locator("#trial")).to_contain_text("Checking")
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == 0
