"""What the content policy refuses is an error of the console, which fails every browser test."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Complaints

FORBIDDEN = {
    "an inline script": """() => {
      const one = document.createElement('script');
      one.textContent = 'window.ran = 1';
      document.head.append(one);
    }""",
    "an inline style": """() => {
      const one = document.createElement('style');
      one.textContent = 'body { color: red }';
      document.head.append(one);
    }""",
    "an image of elsewhere": """() => {
      const one = new Image();
      one.src = 'https://elsewhere.example/a.png';
      document.body.append(one);
    }""",
    "a request to elsewhere": "() => fetch('https://elsewhere.example/').catch(() => 0)",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_page_that_breaks_the_policy_is_noticed(
    page: Page, live_server: LiveServer, complaints: Complaints, what: str
) -> None:
    page.goto(f"{live_server.url.replace('127.0.0.1', 'localhost')}/account/login/")
    complaints.expect("Content Security Policy", "to another host: https://elsewhere.example")
    page.evaluate(FORBIDDEN[what])
    page.wait_for_timeout(200)
    assert [each for each in complaints.seen if "Content Security Policy" in each]
    assert page.evaluate("window.ran") is None
