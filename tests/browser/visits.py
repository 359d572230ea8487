"""Helpers of the browser tests: signing in, and checks of accessibility and layout."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import BrowserContext, Page

from tests import cast
from workspaces.models import User

WIDTHS = (320, 390, 768, 1000, 1024, 1440)
PICTURED = frozenset({390, 1024, 1440})


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


RUN_AXE = """async (rules) => {
  const only = rules.length ? { runOnly: rules } : {};
  const found = await axe.run({ preload: false, resultTypes: ["violations"], ...only });
  const said = (broken) => broken.nodes.map((node) => `${broken.id}: ${node.html.slice(0, 160)}`);
  return found.violations.flatMap(said);
}"""
COLORS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that look at colors, the only difference between the themes."""
BOXES = """() => [...document.body.querySelectorAll("*:not(svg, svg *)")].map((each) => {
  const box = each.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height].map(Math.round).join();
}).join(" ")"""
"""The place and size of everything on the page, but of icons, some of which turn."""


def barriers(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What breaks the rules of WCAG 2.2 AA on this page: all that axe has, or those named."""
    page.wait_for_load_state("load")  # before that its style sheets may be missing
    page.evaluate(SETTLED)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(RUN_AXE, list(rules))
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    page.wait_for_load_state()  # a page without its style sheets has other widths
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return int(width)


CUT = """() => {
  const CUTTING = new Set(["hidden", "clip"]), SCROLLS = new Set(["auto", "scroll"]);
  const cuts = (style) => CUTTING.has(style.overflowX) || style.scrollbarWidth === "none";
  const isMeant = (box) => box.closest(".skip, .menu__name, select, progress");
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); ) {
    if (!text.data.trim() || isMeant(text.parentElement)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
    if (!rects.length || !text.parentElement.checkVisibility()) continue;
    let start = Math.min(...rects.map((rect) => rect.left));
    let end = Math.max(...rects.map((rect) => rect.right));
    for (let box = text.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box), edge = box.getBoundingClientRect();
      if (!cuts(style)) {
        if (SCROLLS.has(style.overflowX)) [start, end] = [edge.left, edge.right];
        continue;
      }
      if (edge.width <= 1) break; // for screen readers only
      if (start >= edge.left - 1 && end <= edge.right + 1) continue;
      found.push(`${box.className || box.tagName} cuts ${text.data.trim().slice(0, 60)}`);
      break;
    }
  }
  return found;
}"""
"""Texts outside of a box that hides them, and that no scroll bar leads to."""


def cut_texts(page: Page) -> list[str]:
    """The texts of this page that one cannot see, whatever one scrolls."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(CUT)
    return found


def wait_until(page: Page, condition: str) -> None:
    """Wait until this expression is true in the page, for 25 s at most.

    Playwright's own waiting evaluates a text inside of the page, which our policy forbids as soon
    as it does so for the second time.
    """
    end = time.monotonic() + 25
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(20)


def faults(page: Page, name: str) -> list[str]:
    """What is cut at a width, and what keeps people out in a theme.

    The dark theme must place everything as the light one does, and have colors that can be read.
    Pictures for people, where a folder for them is named. Afterwards the window is 1280 wide.
    """
    found = []
    for scheme in ("dark", "light") if os.environ.get("LOCKKEEPER_SCREENSHOTS") else ("light",):
        put_on(page, scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SETTLED)  # an open menu finds its place in the next frame
            found += [f"{width} {scheme}: {cut}" for cut in cut_texts(page)]
            found += [f"{width} {scheme}: too wide"] * (overflow(page) > 0)
            _picture(page, f"{name}-{width}-{scheme}", width)
    page.set_viewport_size({"width": 1280, "height": 900})
    found += barriers(page)
    boxes = page.evaluate(BOXES)
    put_on(page, "dark")
    found += barriers(page, COLORS)
    if page.evaluate(BOXES) != boxes:
        found.append("the dark theme moves something")
    return found


def put_on(page: Page, scheme: str) -> None:
    """This theme, for somebody who wants nothing to move."""
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )


def _picture(page: Page, name: str, width: int) -> None:
    if (folder := os.environ.get("LOCKKEEPER_SCREENSHOTS")) and width in PICTURED:
        page.wait_for_timeout(300)  # until all colors have changed
        page.screenshot(path=Path(folder) / f"{name}.png")


def listed(page: Page) -> list[str]:
    """The names of the credentials that the list shows, in their order of the alphabet."""
    return sorted(page.locator("#rows .row-link").all_inner_texts())
