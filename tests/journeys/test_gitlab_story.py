"""Tokens of a GitLab in the product: a real registry believes the stand-in's RS256 tokens."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.person import SOON_MS, Person
from tests.journeys.product import Product, product
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.skopeo import Person as Puller
from tests.servers.skopeo import push
from tests.stand_ins.gitlab import AccessToken, GitLab, Role

pytestmark = pytest.mark.one_database

ANNA = Puller("anna", "made-up-password-1")
HERE = "team/app"
Make = Callable[[GitLab], AccessToken]


@dataclass
class Office:
    """A running product with one person in it, and a GitLab with a registry."""

    product: Product
    gitlab: GitLab
    registry: RunningRegistry
    base: str
    signed_in: list[Any]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("chain")
    with (
        GitLab() as gitlab,
        registry(folder, token=gitlab.token_auth(folder)) as server,
        product() as running,
        browser.new_context(locale="en-US", timezone_id="UTC") as context,
    ):
        anna = gitlab.state.add_user(ANNA.name, ANNA.password)
        gitlab.state.add_project(HERE, {anna: Role.DEVELOPER}, images=(HERE,))
        push(server, folder, HERE, person=ANNA)
        person = Person(context.new_page(), running)
        person.set_up()
        person.make_workspace("Acme Made-Up", "GitLab")
        person.allow_http(server.url)
        yield Office(running, gitlab, server, person.base, list(context.cookies()))


@pytest.fixture
def person(office: Office, context: BrowserContext, page: Page) -> Person:
    context.add_cookies(office.signed_in)
    office.gitlab.forget()
    return Person(page, office.product, office.base)


def token(*scopes: str, **rest: Any) -> Make:
    return lambda gitlab: gitlab.state.add_token(gitlab.state.users[0], *scopes, **rest)


@dataclass(frozen=True)
class Case:
    """What is stored and needed, and what the page has to say about it."""

    make: Make
    word: str
    says: str
    push: bool = False
    repository: str = ""
    missing: str = ""


CASES = {
    "reads-and-pulls": Case(token("read_registry"), "Valid", HERE, repository=HERE),
    "reads-but-should-push": Case(
        token("read_registry"),
        "Missing scope",
        "it lacks write_registry",
        push=True,
        repository=HERE,
        missing="write_registry",
    ),
    "pushes": Case(
        token("read_registry", "write_registry"),
        "Valid",
        f"may pull and push {HERE}",
        push=True,
        repository=HERE,
    ),
    "expired": Case(
        token("read_registry", expires_on=date(2020, 1, 1)), "Expired", "The token has expired."
    ),
    "revoked": Case(token("read_registry", revoked=True), "Revoked", "The token was revoked."),
    "reads-people-only": Case(
        token("read_user"),
        "Missing scope",
        "create a new one with read_registry",
        missing="read_registry",
    ),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", CASES)
def test_a_token_of_a_gitlab_is_told_as_it_is(office: Office, person: Person, name: str) -> None:
    case, page = CASES[name], person.page
    kept = case.make(office.gitlab)
    person.fill(name, ("any-name", kept.token), office.registry.url)
    if case.push:
        page.get_by_role("radio", name=re.compile("^Pull and push")).check()
    page.locator("#more_fields > summary").click()
    page.get_by_label("Repository").fill(case.repository)
    person.add()

    question = page.get_by_role("region", name="A question")
    expect(question).to_contain_text(office.gitlab.web_url, timeout=SOON_MS)
    person.expect_status("Unverified")
    assert office.gitlab.requests.carrying(kept.token) == [], "nobody has trusted this host yet"
    person.look("question")
    question.get_by_role("button", name="Trust").click()

    told = person.expect_status(case.word)
    expect(told).to_contain_text(case.says)
    facts = page.get_by_role("complementary")
    expect(facts).to_contain_text("GitLab")
    expect(facts.get_by_text(", missing")).to_have_count(1 if case.missing else 0)
    expect(facts).to_contain_text(f"{case.missing}, missing" if case.missing else "")
    assert office.gitlab.requests.carrying(kept.token) != []
    assert office.gitlab.deeds == [], "a check must change nothing"
    assert not +office.gitlab.failed_logins
    assert kept.token not in page.content()
    person.look(name)
