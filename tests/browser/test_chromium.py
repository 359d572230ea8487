"""The browser of the tests notices what it is meant to notice (a page of our own making)."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_httpserver import HTTPServer

from tests.browser.conftest import Complaints

HTML = "<!doctype html><link rel=icon href='data:,'><title>made up</title><p>hello</p>"


@pytest.fixture
def browser_context_args(httpserver: HTTPServer) -> dict[str, Any]:
    """No application is needed here."""
    return {"base_url": httpserver.url_for("").replace("127.0.0.1", "localhost")}


def serve(httpserver: HTTPServer, more: str = "") -> None:
    httpserver.expect_request("/").respond_with_data(HTML + more, content_type="text/html")


def test_chromium_shows_a_page_of_a_loopback_server(httpserver: HTTPServer, page: Page) -> None:
    serve(httpserver)
    page.goto("/")
    assert page.inner_text("p") == "hello"


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('made-up error')", "made-up error"),
        ("null.nothing", "script error"),
        ("fetch('https://registry.example.org/').catch(() => 0)", "request to another host"),
        ("fetch('/missing')", "404"),
    ],
    ids=["a console error", "a script error", "another host", "a missing file"],
)
def test_what_a_page_does_wrong_is_noticed(
    httpserver: HTTPServer,
    context: BrowserContext,
    complaints: Complaints,
    script: str,
    complaint: str,
) -> None:
    serve(httpserver, f"<script>{script}</script>")
    httpserver.expect_request("/missing").respond_with_data("", status=404)
    page = context.new_page()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert any(complaint in said for said in complaints.unexpected), complaints.seen
    complaints.expect(complaint)
    assert not any(complaint in said for said in complaints.unexpected)
