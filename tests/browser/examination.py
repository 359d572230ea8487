"""What is wrong with the open page: at every width, in both themes, by its boxes and by axe."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.visits import BOXES, COLORS, CUT, barriers

WIDTHS = (320, 360, 390, 705, 768, 900, 1024, 1180, 1280, 1920)
MORE_WIDTHS = (600, 1440, 2560)
AXE_WIDTH, NARROW, PHONE, HEIGHT = 1280, 600, 390, 900

CUT_CHOICES = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const isCut = (select) => {
    const style = getComputedStyle(select), text = select.selectedOptions[0]?.text ?? "";
    pen.font = style.font;
    const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    const room = select.clientWidth - padding;
    return select.checkVisibility() && pen.measureText(text).width > room + 1;
  };
  const cut = [...document.querySelectorAll("select:not([multiple])")].filter(isCut);
  return cut.map((select) => `cuts the choice ${select.selectedOptions[0].text}`);
}"""
GEOMETRY = f"""() => {{
  const wider = document.documentElement.scrollWidth - window.innerWidth;
  return [...(wider ? [`${{wider}} px too wide`] : []), ...({CUT})()];
}}"""
BROKEN_WORDS = """(parts) => [...document.querySelectorAll(parts)].flatMap((part) => {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), broken = [];
  while (texts.nextNode()) {
    for (const word of texts.currentNode.data.matchAll(/\\p{L}{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
})"""
"""The words of these parts that a line end breaks."""
MOTION = """() => {
  const seconds = (list) => Math.max(...list.split(", ").map(parseFloat));
  const moves = (style) =>
    (style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.01) ||
    (style.animationName !== "none" && seconds(style.animationDuration) > 0.01);
  const all = [...document.querySelectorAll("*")].filter((each) => moves(getComputedStyle(each)));
  return all.map((each) => `${each.tagName} ${each.className} moves`);
}"""
"""What moves for longer than 0.01 s, although the person wants nothing to move."""
UNFOLD = """() => {
  for (const each of document.querySelectorAll("details:not(.menu)")) each.open = true;
}"""


def faults(page: Page, name: str) -> list[str]:
    """What axe finds in each theme, what is cut, scrolls sideways or moves, all unfolded.

    The dark theme must place everything as the light one does, so one theme is looked at at every
    width, and the other by the rules about colors.
    """
    page.wait_for_load_state("load")  # before that its style sheets may be missing
    page.evaluate(UNFOLD)
    found: dict[str, list[str]] = {}
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for width in WIDTHS:
        for said in at_width(page, name, width, "light"):
            found.setdefault(said, []).append(str(width))
    page.set_viewport_size({"width": AXE_WIDTH, "height": HEIGHT})
    boxes = page.evaluate(BOXES)
    page.emulate_media(color_scheme="dark")
    if page.evaluate(BOXES) != boxes:
        found["the dark theme moves something"] = [str(AXE_WIDTH)]
    for said in page.evaluate(MOTION):
        found.setdefault(said, []).append("reduced motion")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for said in barriers(page, COLORS if scheme == "dark" else ()):
            found.setdefault(said, []).append(scheme)
        look(page, f"{name}-{AXE_WIDTH}-{scheme}")
    return [f"{name}: {said} ({', '.join(where)})" for said, where in found.items()]


def more_faults(page: Page, name: str) -> list[str]:
    """The same in both themes at every width, and by axe on a phone, too."""
    found = faults(page, name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in WIDTHS + MORE_WIDTHS:
            found += [
                f"{name}: {each} ({width}, {scheme})"
                for each in at_width(page, name, width, scheme)
            ]
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        found += [f"{name}: {each} ({PHONE}, {scheme})" for each in barriers(page)]
    return found


def at_width(page: Page, name: str, width: int, scheme: str) -> list[str]:
    """What is cut, or wider than the window."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found: list[str] = page.evaluate(GEOMETRY)
    if width > NARROW:  # on a phone the list of choices opens in full width
        found += page.evaluate(CUT_CHOICES)
    if width <= PHONE:
        found += [f"breaks the word {each}" for each in page.evaluate(BROKEN_WORDS, ".button")]
    if width != AXE_WIDTH:
        look(page, f"{name}-{width}-{scheme}")
    return found


def look(page: Page, name: str) -> None:
    """A picture for people, where a folder for pictures is named."""
    if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
        name = "".join(each if each.isalnum() else "-" for each in name)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
