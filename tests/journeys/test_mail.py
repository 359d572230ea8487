"""Mail through a real SMTP server: the command, and the page of a running Lockkeeper."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.config.installation import Installation
from tests.journeys.person import EMAIL, PASSWORD, SOON_MS, Person
from tests.journeys.product import product
from tests.servers.process import free_port, short_folder
from tests.servers.smtp import smtp
from tests.servers.tls import certificate

pytestmark = pytest.mark.one_database

LOGIN = ("lockkeeper@example.org", "made-up:mail pass/word%?#")
SECRETS = ("made-up:mail pass/word%?#", "made-up-and-wrong", "made-up%3A")


@dataclass(frozen=True)
class Way:
    """A mail server and its behavior, the exit status of the command, and what it says."""

    status: int
    says: str
    scheme: str = "smtp"
    login: tuple[str, str] | None = None
    behaves: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    trusted: bool = True


WAYS = {
    "in the open": Way(0, "no encryption, without a sign-in"),
    "STARTTLS with a login": Way(0, "STARTTLS, with a sign-in", scheme="smtp+tls", login=LOGIN),
    "TLS at once with a login": Way(0, "TLS, with a sign-in", scheme="smtp+ssl", login=LOGIN),
    "a wrong password": Way(
        1,
        "the mail server refused our sign-in. Compare the user name and password in EMAIL_URL.",
        scheme="smtp+tls",
        login=LOGIN,
        url="smtp+tls://lockkeeper:made-up-and-wrong@127.0.0.1:{port}",
    ),
    "a certificate that nobody knows": Way(
        1, "the mail server's certificate is not trusted.", scheme="smtp+tls", trusted=False
    ),
    "a refused recipient": Way(
        1, "the address was refused.", behaves={"refuse_recipients": "550 made-up-foreign-text"}
    ),
    "a refused mail": Way(
        1, "the mail server refused the mail.", behaves={"refuse": "554 made-up-foreign-text"}
    ),
    "nobody there": Way(1, "the mail server could not be reached.", url="smtp://127.0.0.1:{free}"),
}


@pytest.fixture
def installation() -> Iterator[Installation]:
    with short_folder() as folder:
        yield Installation(folder, {"LOCKKEEPER_EMBEDDED": "1", "MAIL_FROM": "keys@example.org"})


def send(
    installation: Installation, url: str, trusts: Path | None, to: str = "bob@example.org"
) -> tuple[int, str]:
    changes = {
        "EMAIL_URL": url or None,
        "SSL_CERT_FILE": str(trusts) if trusts else None,
        "LOCKKEEPER_KEYS": "7b1f0a92c4d3e8566f70819a2b3c4d5e0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "SECRET_KEY": "made-up-secret-key-for-a-place-0123456789-abcdefghij",
    }
    installation.data.mkdir(exist_ok=True)
    ended = installation.run("manage.py", "send_test_mail", to, changes=changes)
    said = ended.stdout + ended.stderr
    assert not any(secret in said for secret in (*SECRETS, "foreign", "Traceback")), said
    return ended.returncode, said


@pytest.mark.parametrize("name", WAYS)
def test_the_command_says_how_it_went(
    name: str, installation: Installation, tmp_path: Path
) -> None:
    way = WAYS[name]
    issued = certificate(tmp_path)
    encrypted = issued if way.scheme != "smtp" else None
    with smtp(scheme=way.scheme, login=way.login, certificate=encrypted) as server:
        for behavior, value in way.behaves.items():
            setattr(server, behavior, value)
        url = way.url.format(port=server.port, free=free_port()) or server.url
        status, said = send(installation, url, issued.authority if way.trusted else None)
        assert (status, way.says in said) == (way.status, True), said
        assert len(server.mails) == (1 if way.status == 0 else 0)
        if server.mails:
            [letter] = server.mails
            assert (letter["To"], letter["From"]) == ("bob@example.org", "keys@example.org")
            kinds = [part.get_content_type() for part in letter.iter_parts()]
            assert kinds == ["text/plain", "text/html"]


def test_without_a_mail_server_the_command_says_so(installation: Installation) -> None:
    status, said = send(installation, "", None)
    assert status == 1
    assert "No mail server is set: name one in EMAIL_URL." in said
    assert str(installation.data / "mails") in said


def test_what_is_no_address_is_told(installation: Installation) -> None:
    assert send(installation, "", None, to="bob")[0] == 2


@pytest.mark.timeout(300)
def test_the_mail_page_of_a_running_lockkeeper(page: Page, tmp_path: Path) -> None:
    """STARTTLS and a login; first the server refuses for now, then it takes it."""
    issued = certificate(tmp_path)
    with smtp(scheme="smtp+tls", login=LOGIN, certificate=issued) as server:
        server.refuse, server.refuse_times = "451 made-up-foreign-text", 1
        variables = {"EMAIL_URL": server.url, "SSL_CERT_FILE": str(issued.authority)}
        with product(**variables) as running:
            person = Person(page, running)
            person.set_up()
            page.locator("summary", has_text="Your account").click()
            page.get_by_role("link", name="Admin audit").click()
            pages = page.get_by_role("navigation", name="This instance")
            pages.get_by_role("link", name=re.compile("^Mail")).click()
            expect(page.get_by_role("heading", name="Mail", level=1)).to_be_visible()
            expect(page.get_by_role("main")).to_contain_text("STARTTLS")
            assert PASSWORD not in page.content()
            assert not any(secret in page.content() for secret in SECRETS)
            _is_refused_for_now_and_told(page, person)
            _is_sent_and_told_by_itself(page, person)
            [letter] = server.wait_for(1)
            assert letter["To"] == EMAIL
            _works_without_javascript(page, person)
            assert [letter["To"] for letter in server.wait_for(2)] == [EMAIL, EMAIL]


def _is_refused_for_now_and_told(page: Page, person: Person) -> None:
    page.get_by_role("button", name="Send a test mail to me").click()
    told = page.locator("#test_mail")
    expect(told).to_contain_text("the mail server refused the mail", timeout=SOON_MS)
    expect(told).to_contain_text(re.compile("The next attempt is"))
    assert "foreign" not in page.content()
    person.look("mail-refused-for-now")


def _is_sent_and_told_by_itself(page: Page, person: Person) -> None:
    page.get_by_role("button", name="Send a test mail to me").click()
    expect(page.locator("#test_mail")).to_contain_text("The mail server took it", timeout=SOON_MS)
    person.look("mail-sent")


def _works_without_javascript(page: Page, person: Person) -> None:
    browser = page.context.browser
    assert browser is not None
    state: Any = page.context.storage_state()
    plain = browser.new_context(java_script_enabled=False, storage_state=state)
    other = plain.new_page()
    other.goto(f"{person.product.url}/admin/mail/")
    other.get_by_role("button", name="Send a test mail to me").click()
    told = other.locator("#test_mail")
    for _ in range(50):
        if "The mail server took it" in told.inner_text():
            break
        other.wait_for_timeout(300)
        other.reload()
    expect(told).to_contain_text("The mail server took it")
    plain.close()
