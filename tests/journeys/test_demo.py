"""`make demo`: one command, a full list, and nothing left when it ends."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests
from playwright.sync_api import Page

from tests.browser.visits import wait_until
from tests.config.installation import KEY, PROJECT, SECRET_KEY, Installation
from tests.journeys.product import STARTED, eventually
from tests.servers.family import family, kill
from tests.servers.process import free_port, short_folder

pytestmark = [pytest.mark.one_database, pytest.mark.timeout(200)]


def _hear_ctrl_c() -> None:
    """A shell cannot trap a signal that is ignored when it starts, as in a job of another shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Demo:
    """A running `scripts/demo`."""

    def __init__(self, folder: Path) -> None:
        self.port, self.said, self.folder = free_port(), folder / "said.txt", folder / "tmp"
        self.folder.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.folder),
            "LOCKKEEPER_PORT": str(self.port),
            "LOCKKEEPER_BIND": "0.0.0.0",  # the demo does not take it
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/never-asked",
            "DEMO_PYTHON": sys.executable,
        }
        with self.said.open("wb") as words:
            self.process = subprocess.Popen(
                ["scripts/demo"],
                cwd=PROJECT,
                env=environment,
                stdout=words,
                stderr=words,
                preexec_fn=_hear_ctrl_c,  # the tests have no threads here
            )
        self.processes: set[psutil.Process] = set()

    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def signed_in(self, word: str) -> requests.Session:
        """A session of the person whose address begins with this word."""
        found = re.search(r"password (\S+)", self.words())
        assert found, self.words()
        browser = requests.Session()
        page = browser.get(f"{self.url}/account/login/", timeout=20).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"login": f"{word}@acme.example", "password": found[1]}
        headers = {"Referer": f"{self.url}/account/login/"}
        fields["csrfmiddlewaretoken"] = token[1]
        browser.post(f"{self.url}/account/login/", fields, headers=headers, timeout=20)
        return browser


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with short_folder() as folder:
        running = Demo(folder)
        try:
            eventually(
                lambda: STARTED in running.words() or running.process.poll() is not None,
                150,
                running.words,
            )
            assert running.process.poll() is None, running.words()
            running.processes = family(running.process.pid)
            yield running
        finally:
            kill(running.processes | family(running.process.pid))
            running.process.wait(20)


@pytest.mark.parametrize(("word", "may_add"), [("owner", True), ("viewer", False)])
def test_each_role_sees_the_list(demo: Demo, word: str, may_add: bool) -> None:
    page = demo.signed_in(word).get(f"{demo.url}/o/acme/shop/credentials/", timeout=20)
    assert page.status_code == 200
    assert "checkout-push" in page.text
    assert "This is a sample." in page.text
    assert ("Add credentials" in page.text) is may_add


def test_the_password_is_printed_once_and_stored_nowhere(demo: Demo) -> None:
    found = re.search(r"password (\S+)", demo.words())
    assert found
    assert len(found[1]) >= 16
    assert demo.words().count(found[1]) == 1
    for path in demo.folder.rglob("*"):
        if path.is_file():
            assert found[1].encode() not in path.read_bytes(), path


def test_it_listens_on_this_machine_alone(demo: Demo) -> None:
    listening = [
        each.laddr
        for process in family(demo.process.pid)
        for each in process.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}


BEFORE_PAINT = """() => {
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  const kinds = ["navigation", "resource"];
  return kinds.flatMap((kind) => performance.getEntriesByType(kind))
    .filter((each) => each.startTime < painted.startTime)
    .filter((each) => !each.name.includes("favicon")) // it is for the tab, and no page waits for it
    .map((each) => ({ name: each.name, bytes: each.transferSize }));
}"""
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
ICONS_DRAWN = """() => [...document.querySelectorAll("main svg > use")]
  .filter((each) => each.checkVisibility())
  .every((each) => each.getBBox().width > 0 || each.getBBox().height > 0)"""
SHOP = "/o/acme/shop"
FIRST_VISITS = [f"{SHOP}/", f"{SHOP}/credentials/", f"{SHOP}/credentials/?q=checkout", "/account/"]


@pytest.mark.parametrize("path", FIRST_VISITS)
def test_a_first_visit_asks_four_times_and_for_60_kb_before_it_shows_something(
    demo: Demo, page: Page, path: str
) -> None:
    cookies = demo.signed_in("owner").cookies
    page.context.add_cookies(
        [{"name": each.name, "value": f"{each.value}", "url": demo.url} for each in cookies]
    )
    answer = page.goto(f"{demo.url}{path}")
    assert answer
    assert answer.ok
    page.wait_for_load_state("load")
    wait_until(page, PAINTED)
    asked = page.evaluate(BEFORE_PAINT)
    assert 2 < len(asked) <= 4, asked
    assert all(each["bytes"] > 0 for each in asked), "nothing comes from a cache"
    assert sum(each["bytes"] for each in asked) < 60_000, asked
    assert page.evaluate(ICONS_DRAWN)


def test_ctrl_c_leaves_neither_a_process_nor_a_file(demo: Demo) -> None:
    """The last of these tests: it ends the demo."""
    started = family(demo.process.pid)
    assert len(started) > 4
    demo.process.send_signal(signal.SIGINT)
    demo.process.wait(60)
    _, alive = psutil.wait_procs(started, timeout=20)
    assert alive == []
    assert list(demo.folder.iterdir()) == []


def test_a_database_with_people_and_an_open_address_are_refused() -> None:
    with short_folder() as folder:
        installation = Installation(folder)
        installation.data.mkdir(mode=0o700)
        open_address = {"LOCKKEEPER_BIND": "0.0.0.0"}  # is refused
        refused = installation.run("manage.py", "demo", changes=open_address)
        assert refused.returncode == os.EX_CONFIG
        assert "LOCKKEEPER_BIND must be 127.0.0.1" in refused.stderr
        embedded = {
            "LOCKKEEPER_EMBEDDED": "1",
            "SECRET_KEY": SECRET_KEY,
            "LOCKKEEPER_KEYS": KEY,
        }
        assert installation.run("manage.py", "migrate", changes=embedded).returncode == 0
        add = ("manage.py", "first_account", "--email", "real@example.org")
        made = installation.run(*add, changes=embedded, said="made-up-password-1\n")
        assert made.returncode == 0, made.stderr
        port = {**embedded, "LOCKKEEPER_PORT": str(free_port())}
        refused = installation.run("manage.py", "demo", changes=port)
        assert refused.returncode == os.EX_CONFIG
        assert "this one has people" in refused.stderr
