"""When no administrator can sign in, the lines of docs/operations.md bring one back."""

import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.canary.visitor import Visitor
from tests.config.installation import PROJECT
from tests.journeys.person import EMAIL, NAME, PASSWORD
from tests.journeys.product import Product, product
from tests.workspaces.sign_in.apps import code_of

LINE = re.compile(r"^    docker compose run --rm web python manage\.py (.+)$", re.MULTILINE)
HEADING = "**When no administrator can sign in**"
LOST_FACTORS = "the day an administrator loses theirs"
LINK = re.compile(r"https?://\S+/account/password/reset/key/\S+")
SEED = re.compile(r"\b((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\b")
BOB, NEW = "bob@example.org", "made-up violet ladder 77"
GOOD = "made-up orange kettle 42"


@pytest.fixture
def running() -> Iterator[Product]:
    with product() as started:
        yield started


def lines_after(words: str) -> list[list[str]]:
    """The commands of the first block of lines that stands after these words."""
    text = (PROJECT / "docs" / "operations.md").read_text()
    rest = text[text.index(words) :]
    begin = rest.index("\n    docker") + 1
    return [line.split() for line in LINE.findall(rest[begin : rest.index("\n\n", begin)])]


def run_line(running: Product, words: list[str], address: str) -> str:
    """Run a command as it stands there, for this account; returns what it printed."""
    command = [address if word == "person@example.org" else word for word in words]
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=running.variables,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sign_in(browser: Visitor, address: str, password: str) -> str:
    """Sign in; returns the path of the page that follows."""
    page = browser.post("/account/login/", login=address, password=password)
    return urlsplit(page.url).path


def make_ada_and_bob(running: Product) -> Visitor:
    """Ada, the administrator, invites Bob, who has no rights over the instance."""
    ada, bob = Visitor(running.url), Visitor(running.url)
    ada.post("/set-up/", code=running.code, name=NAME, email=EMAIL, password=PASSWORD)
    ada.post("/organizations/add/", name="Acme", slug="acme")
    ada.post("/organizations/acme/workspaces/add/", name="Web", slug="web")
    people = "/o/acme/web/people/"
    page = ada.post(f"{people}invite/", at=people, email=BOB, role="user").text
    found = re.search(r'value="[^"]*(/invitations/[^"]+)"', page)
    assert found, page
    bob.post(found[1], name="Bob", password=GOOD)
    return ada


@pytest.mark.timeout(400)
def test_another_account_becomes_administrator(running: Product) -> None:
    make_ada_and_bob(running)
    bob = Visitor(running.url)
    sign_in(bob, BOB, GOOD)
    assert bob.get("/admin/accounts/").status_code == 404
    listed, made, link = (run_line(running, line, BOB) for line in lines_after(HEADING))
    assert EMAIL in listed
    assert BOB in listed
    assert BOB in made
    found = LINK.search(link)
    assert found, link
    reset = Visitor(running.url)
    page = reset.get(urlsplit(found[0]).path)
    reset.post(urlsplit(page.url).path, password1=NEW, password2=NEW)
    again = Visitor(running.url)
    assert sign_in(again, BOB, GOOD) == "/account/login/"
    sign_in(again, BOB, NEW)
    assert again.get("/admin/accounts/").status_code == 200


@pytest.mark.timeout(400)
def test_an_administrator_who_lost_the_phone_signs_in_again(running: Product) -> None:
    ada = make_ada_and_bob(running)
    seed = SEED.search(ada.get("/account/factors/app/").text)
    assert seed
    ada.post("/account/factors/app/", code=code_of(seed[1].replace(" ", "")))
    assert sign_in(Visitor(running.url), EMAIL, PASSWORD) == "/account/second-step/"
    [line] = lines_after(LOST_FACTORS)
    run_line(running, line, EMAIL)
    again = Visitor(running.url)
    assert sign_in(again, EMAIL, PASSWORD) != "/account/second-step/"
    assert again.get("/admin/accounts/").status_code == 200
