"""Debian's Chromium, restricted to loopback; an error in its console fails the test."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
)
from pytest_django.live_server_helper import LiveServer

from tests.browser import bundles
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from tests.servers.process import program
from workspaces.rights.seat import Seat

# Playwright runs an event loop in this thread; without this Django would refuse database access.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
OURS = {"localhost", "127.0.0.1"}
SOON_MS = 25_000  # also on a busy machine
ENDED_POLL = ("console error: htmx:afterRequest", "console error: htmx:sendAbort")
expect.set_options(timeout=SOON_MS)


@dataclass
class Complaints:
    """The errors of the browser's console, except those with words that the test expects.

    htmx writes an error when it ends a poll on purpose; what fails has other words besides.
    """

    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: list(ENDED_POLL))

    def expect(self, *words: str) -> None:
        self.expected += words

    @property
    def unexpected(self) -> list[str]:
        return [said for said in self.seen if not any(word in said for word in self.expected)]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The program of the browser, and its options."""
    chromium = program("chromium", "chromium-browser")
    return {"executable_path": chromium, "headless": True, "args": FLAGS}


@pytest.fixture(scope="session", autouse=True)
def bundled_files() -> Iterator[None]:
    """The server of the tests bundles style sheets and scripts: two requests instead of 45."""
    with patch.object(StaticFilesHandler, "serve", bundles.serve):
        yield


@pytest.fixture
def browser_context_args(live_server: LiveServer) -> dict[str, Any]:
    """URLs start at the server of the test, by the name localhost, which cookies need."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    return {
        "base_url": address,
        "locale": "en-US",
        "timezone_id": "UTC",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def complaints() -> Complaints:
    """Words of the errors that a test causes on purpose."""
    return Complaints()


def _watch(page: Page, complaints: Complaints) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location["url"] if message.location else ""
            complaints.seen.append(f"console {message.type}: {message.text} ({where})")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.seen.append(f"script error: {error}"))


@pytest.fixture
def context(context: BrowserContext, complaints: Complaints) -> BrowserContext:
    """A context whose requests to other hosts, which FLAGS lead nowhere, are errors.

    They are not intercepted, because that would switch off the browser's cache.
    """

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.hostname not in OURS:
            complaints.seen.append(f"request to another host: {request.url}")

    context.on("request", asked)
    context.on("page", lambda page: _watch(page, complaints))
    return context


@pytest.fixture
def page(context: BrowserContext, complaints: Complaints) -> Iterator[Page]:
    """A page whose console errors fail the test."""
    page = context.new_page()
    page.set_default_timeout(SOON_MS)
    yield page
    assert complaints.unexpected == []


@pytest.fixture
def seat(context: BrowserContext, live_server: LiveServer) -> Seat:
    """Alice in her organization's workspace, signed in."""
    cache.clear()
    found = scenes.seat()
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    return found


@pytest.fixture
def plain(browser: Browser, seat: Seat, live_server: LiveServer) -> Iterator[Page]:
    """A phone that runs no scripts."""
    base_url = live_server.url.replace("127.0.0.1", "localhost")
    size: ViewportSize = {"width": 390, "height": 844}
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=size)
    sign_in(context, base_url)
    yield context.new_page()
    context.close()
