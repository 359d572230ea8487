"""A WSGI application with a slow page, for a web process that stops meanwhile."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ASKED = "The page is asked for."
GO = "PAGE_ANSWERS_WHEN_THIS_EXISTS"
"""The variable with the path of a file."""


def application(
    environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Say so, and answer when the test wants it."""
    sys.stderr.write(f"{ASKED}\n")
    sys.stderr.flush()
    while not Path(os.environ[GO]).exists():
        time.sleep(0.02)
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
