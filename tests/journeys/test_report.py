"""A report through a real mail server: asked for on its page, read, and ended by one click."""

import urllib.parse
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.person import EMAIL, Person
from tests.journeys.product import Product, product
from tests.servers.docker_registry import registry
from tests.servers.smtp import smtp

pytestmark = pytest.mark.one_database

LOGIN = ("ci-reader", "made-up-password-1")


@pytest.mark.timeout(300)
def test_a_report_is_asked_for_read_and_ended_by_one_click(page: Page, tmp_path: Path) -> None:
    with (
        registry(tmp_path, htpasswd=dict([LOGIN])) as server,
        smtp() as mailbox,
        product(EMAIL_URL=mailbox.url, MAIL_FROM="keys@example.org") as running,
    ):
        person = Person(page, running)
        person.set_up()
        person.make_workspace("Acme Made-Up", "Platform")
        person.allow_http(server.url)
        person.fill("deploy-prod", (LOGIN[0], "made-up-and-wrong"), server.url)
        person.add()
        person.expect_status("Refused")
        _reads_the_page_and_asks_for_it(person)
        letters = mailbox.wait_for(2)
        [report] = [each for each in letters if str(each["Subject"]).startswith("Report of")]
        _is_a_whole_report(report, running)
        _one_click_ends_it(report)
        page.reload()
        expect(page.get_by_role("complementary")).to_contain_text("You get none by mail.")
        person.look("report-ended")


def _reads_the_page_and_asks_for_it(person: Person) -> None:
    page = person.page
    page.get_by_role("link", name="Report").click()
    expect(page.get_by_role("heading", name="1 bad")).to_be_visible()
    row = page.get_by_role("region", name="Bad").get_by_role("row").filter(has_text="deploy-prod")
    expect(row).to_contain_text("Refused")
    expect(row).to_contain_text("The registry refused the user name and password.")
    person.look("report")
    page.get_by_role("button", name="Send it to me now").click()
    expect(page.get_by_role("status")).to_contain_text(f"on its way to {EMAIL}")


def _is_a_whole_report(letter: EmailMessage, running: Product) -> None:
    assert (letter["To"], letter["From"]) == (EMAIL, "keys@example.org")
    assert letter["Subject"] == "Report of Acme Made-Up / Platform: 1 bad"
    assert letter["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): str(part.get_content()) for part in letter.iter_parts()}
    assert set(parts) == {"text/plain", "text/html"}
    for words in parts.values():
        assert "deploy-prod" in words
        assert "The registry refused the user name and password." in words
        assert f"{running.url}/o/acme-made-up/platform/credentials/report/" in words
        assert "made-up-and-wrong" not in words


def _one_click_ends_it(letter: EmailMessage) -> None:
    """As a mail program does it: without a cookie, a token or a page."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(letter["List-Unsubscribe"]).strip(" <>")
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urllib.request.urlopen(address, data=body, timeout=10) as answer:
        assert answer.status == 200
