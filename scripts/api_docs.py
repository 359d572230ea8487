"""Writes docs/openapi.json, and the tables of docs/api.md.

    .venv/bin/python scripts/api_docs.py

A test says when one of them is stale.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django  # noqa: E402  # the settings are named first

django.setup()

from api.errors import PROBLEMS  # noqa: E402
from api.openapi import describe, description_text  # noqa: E402
from api.urls import api  # noqa: E402
from workspaces.tokens.scopes import SCOPE_SENTENCES  # noqa: E402

PAGE = ROOT / "docs" / "api.md"
PART = re.compile(r"(<!-- (problems|scopes) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def documents() -> dict[Path, str]:
    """The text of each document."""
    tables = {"problems": _problems(), "scopes": _scopes()}
    page = PART.sub(lambda found: found[1] + tables[found[2]] + found[3], PAGE.read_text("utf-8"))
    return {PAGE: page, ROOT / "docs" / "openapi.json": description_text(describe(api))}


def stale() -> list[str]:
    """The documents that are not as the code says."""
    return [
        path.name
        for path, text in documents().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def _problems() -> str:
    rows = [f"| `{code}` | {each.status} | {each.title} |" for code, each in PROBLEMS.items()]
    return "\n".join(["| code | status | what it says |", "|---|---|---|", *rows]) + "\n"


def _scopes() -> str:
    rows = [f"| `{scope}` | {words} |" for scope, words in SCOPE_SENTENCES.items()]
    return "\n".join(["| scope | what it allows |", "|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
