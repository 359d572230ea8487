"""The secrets that are added: each of another kind, each new in every run."""

import secrets
import string

from tests.canary.needles import Canary

LETTERS = string.ascii_letters + string.digits


def fresh(length: int = 24) -> str:
    """Letters and digits that stand nowhere else."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def canary(kind: str, *, before: str = "", length: int = 24) -> Canary:
    """A secret that ends in what no encoding changes."""
    return Canary(kind, f"cnry-{before}{fresh(length)}", f"robot-{kind}")


def canaries() -> list[Canary]:
    """One of each kind that people store."""
    return [
        canary("plain"),
        canary("cyrillic", before="тайна-ключ-"),
        canary("html", before='<b title="x">&amp;\'</b>-'),
        canary("long", length=4096 - 5),
        canary("gitlab", before="glpat-"),
    ]
