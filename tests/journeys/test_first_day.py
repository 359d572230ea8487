"""The first day with Lockkeeper, from the set-up page to the first bad news, in a real browser."""

import signal
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.person import EMAIL, SOON_MS, Person
from tests.journeys.product import Product, eventually, product
from tests.servers.docker_registry import RunningRegistry, registry

LOGIN = ("ci-reader", "made-up-password-1")


@pytest.fixture
def running() -> Iterator[Product]:
    with product() as started:
        yield started


@pytest.fixture
def with_passwords(tmp_path: Path) -> Iterator[RunningRegistry]:
    with registry(tmp_path, htpasswd=dict([LOGIN])) as started:
        yield started


def mails(running: Product) -> list[EmailMessage]:
    files = sorted((running.data / "mails").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


@pytest.mark.timeout(240)
def test_the_first_day(page: Page, running: Product, with_passwords: RunningRegistry) -> None:
    person = Person(page, running)
    person.set_up()
    person.make_workspace("Acme Made-Up", "Platform")
    _is_told_where_mails_are(person)
    person.allow_http(with_passwords.url)

    _a_good_login_turns_valid_by_itself(person, with_passwords)
    valid = page.url
    _a_wrong_password_is_refused(person, with_passwords)
    _an_outage_is_not_red(person, valid, with_passwords)

    page.goto(person.base)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="build-pull"))
    expect(row).to_contain_text("Valid")
    expect(row).to_contain_text("Could not check")
    person.look("list")
    _the_mails_are_there(running)


def _is_told_where_mails_are(person: Person) -> None:
    foot = person.page.get_by_role("contentinfo")
    expect(foot).to_contain_text("No mail server is set: mails are kept as files")
    expect(foot).to_contain_text(str(person.product.data / "mails"))


def _a_good_login_turns_valid_by_itself(person: Person, server: RunningRegistry) -> None:
    """The registry is held still until the page has said that a check runs."""
    page = person.page
    person.fill("build-pull", LOGIN, server.url)
    person.look("add")
    server.program.process.send_signal(signal.SIGSTOP)
    try:
        person.add()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Checking")
        person.look("checking")
    finally:
        server.program.process.send_signal(signal.SIGCONT)
    page.evaluate("window.isStillThisPage = true")
    expect(person.expect_status("Valid")).to_contain_text("The login works.")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Checking")
    assert page.evaluate("window.isStillThisPage"), "the page had to be loaded again"
    person.look("valid")


def _a_wrong_password_is_refused(person: Person, server: RunningRegistry) -> None:
    person.fill("deploy-prod", (LOGIN[0], "made-up-and-wrong"), server.url)
    person.add()
    told = person.expect_status("Refused")
    expect(told).to_contain_text("The registry refused the user name and password.")
    assert "made-up-and-wrong" not in person.page.content()
    person.look("refused")


def _an_outage_is_not_red(person: Person, valid: str, server: RunningRegistry) -> None:
    page = person.page
    server.program.stop()
    page.goto(valid)
    page.get_by_role("button", name="Check now").click()
    outage = page.get_by_role("region", name="Could not check")
    expect(outage).to_be_visible(timeout=SOON_MS)
    expect(outage).to_contain_text("This says nothing about the credential")
    person.expect_status("Valid")
    reddish = page.locator("h1 .tone-bad, .verdict.tone-bad")
    expect(reddish).to_have_count(0)
    person.look("could-not-check")


def _the_mails_are_there(running: Product) -> None:
    eventually(lambda: mails(running), otherwise=running.words)
    [mail] = mails(running)
    assert mail["To"] == EMAIL
    assert mail["Subject"] == "deploy-prod: refused (Acme Made-Up / Platform)"
    plain, html = (part.get_content() for part in mail.iter_parts())
    for words in (plain, html):
        assert "The registry refused the user name and password." in words
        assert f"{running.url}/o/acme-made-up/platform/credentials/" in words
