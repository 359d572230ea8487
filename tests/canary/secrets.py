"""Makes the secrets that the suite adds: one of each kind, new in every run."""

import secrets
import string

from tests.canary.spellings import Canary

LETTERS = string.ascii_letters + string.digits


def fresh(length: int = 24) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def new_canary(kind: str, *, before: str = "", length: int = 24) -> Canary:
    """A secret that ends in characters which no encoding changes."""
    return Canary(kind, f"cnry-{before}{fresh(length)}", f"robot-{kind}")


def new_canaries() -> list[Canary]:
    """One secret of each kind that people store."""
    return [
        new_canary("plain"),
        new_canary("cyrillic", before="тайна-ключ-"),
        new_canary("html", before='<b title="x">&amp;\'</b>-'),
        new_canary("long", length=4096 - 5),
        new_canary("gitlab", before="glpat-"),
    ]
