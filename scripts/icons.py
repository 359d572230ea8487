"""Adds Lucide's icons to the sprite: ``python scripts/icons.py NAME ...``

``static/img/icons.svg`` has one line for each icon. The marks of providers and the brand are drawn
by hand in it; this only adds what is missing, in the order of the names.
"""

import re
import sys
from pathlib import Path

from lucide.templatetags.lucide import lucide as draw

SPRITE = Path(__file__).resolve().parents[1] / "static" / "img" / "icons.svg"
SYMBOL = re.compile(r'^<symbol id="(?P<name>[\w-]+)".*</symbol>$')
PART = re.compile(r"<(?!/?svg)[^>]+>")
LINES = (
    'fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def symbol(name: str) -> str:
    """Lucide's icon as a line of the sprite; raises for a name that Lucide does not have."""
    parts = "".join(PART.findall(draw(name)))
    return f'<symbol id="{name}" viewBox="0 0 24 24" {LINES}>{parts}</symbol>'


def with_icons(sprite: str, names: list[str]) -> str:
    """The sprite with these icons too."""
    lines = sprite.splitlines()
    drawn = {found["name"]: line for line in lines if (found := SYMBOL.match(line))}
    first, last = [lines.index(drawn[name]) for name in (min(drawn), max(drawn))]
    drawn |= {name: symbol(name) for name in names if name not in drawn}
    return "\n".join(
        [*lines[:first], *(drawn[name] for name in sorted(drawn)), *lines[last + 1 :], ""]
    )


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    SPRITE.write_text(with_icons(SPRITE.read_text("utf-8"), sys.argv[1:]), "utf-8")
