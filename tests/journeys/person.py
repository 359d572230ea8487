"""A person who uses the pages in a browser, and finds elements by their labels."""

import os
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys.product import Product

NAME, EMAIL = "Ada Made-Up", "ada@example.org"
PASSWORD = "made-up horse battery staple"
SOON_MS = 25_000  # long enough for a check, even on a busy machine
expect.set_options(timeout=SOON_MS)


@dataclass
class Person:
    """A person with a browser, in the workspace ``base`` once it exists."""

    page: Page
    product: Product
    base: str = ""
    shots: int = 0

    def set_up(self) -> None:
        """Make the first account with the code from the terminal."""
        page = self.page
        page.goto(self.product.url)
        page.get_by_label("Set-up code").fill(self.product.code)
        page.get_by_label("Your name").fill(NAME)
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        self.look("set-up")
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()

    def make_workspace(self, organization: str, workspace: str) -> None:
        """Make an organization by the switcher, then a workspace in it."""
        page = self.page
        page.locator("summary", has_text="Switch workspace").click()
        page.get_by_role("link", name="New organization").click()
        page.get_by_label("Name", exact=True).fill(organization)
        page.get_by_role("button", name="Make the organization").click()
        page.get_by_role("link", name="New workspace").first.click()
        page.get_by_label("Name", exact=True).fill(workspace)
        page.get_by_role("button", name="Make the workspace").click()
        tabs = page.get_by_role("navigation", name=f"{organization} / {workspace}")
        tabs.get_by_role("link", name="Credentials").click()
        expect(page.get_by_role("heading", name="Credentials", level=1)).to_be_visible()
        self.base = page.url

    def allow_http(self, server: str) -> None:
        """Opt in to plain http for one server."""
        page = self.page
        page.goto(self.base)
        page.get_by_role("link", name="Server rules").click()
        page.get_by_role("link", name="Add a rule").click()
        page.get_by_label("Registry server").fill(server)
        page.get_by_label("Allow plain http").check()
        self.look("server-rule")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=server, exact=True)).to_be_visible()

    def fill(self, name: str, login: tuple[str, str], server: str) -> None:
        """Open *Add credentials* and fill in what every credential needs."""
        page = self.page
        page.goto(self.base)
        page.get_by_role("link", name="Add credentials").first.click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("User name").fill(login[0])
        page.get_by_label("Password").fill(login[1])
        page.get_by_label("Registry server").fill(server)

    def add(self) -> None:
        """Send the form; the new credential's page opens."""
        self.page.get_by_role("button", name="Add", exact=True).click()
        expect(self.page.get_by_role("heading", name="History")).to_be_visible()

    def expect_status(self, word: str) -> Locator:
        """Wait until the page shows a text; returns its element."""
        part = self.page.get_by_role("region", name="Status", exact=True)
        expect(part.get_by_role("heading", name=word)).to_be_visible(timeout=SOON_MS)
        return part

    def look(self, name: str) -> None:
        """Save a screenshot, if a folder for screenshots is set."""
        if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
            self.shots += 1
            path = Path(folder) / f"{self.shots:02}-{name}.png"
            self.page.screenshot(path=path, full_page=True)
