"""Helpers of the browser tests: signing in, and checks of accessibility and layout."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from tests import cast
from workspaces.models import User


def sign_in(context: BrowserContext, base_url: str, person: User | None = None) -> None:
    """Give this browser the session of a person, by default of Alice."""
    client = cast.client_for(person or cast.alice())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])


SETTLED = """async () => {
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const moving = () => document.getAnimations().filter((each) => each instanceof CSSTransition);
  do {
    await Promise.allSettled(moving().map((each) => each.finished));
    await frame();
    await frame();
  } while (moving().length);
}"""
"""Resolves when no transition of a color or a size is running."""


def barriers(page: Page) -> list[str]:
    """The violations of WCAG 2.2 AA on this page."""
    page.wait_for_load_state("load")  # before that its style sheets may be missing
    page.evaluate(SETTLED)
    # Without preload: axe would copy style sheets into the page, which our policy refuses.
    found: dict[str, Any] = Axe().run(page, options={"preload": False}).response
    return [
        f"{broken['id']}: {node['html'][:160]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return int(width)
