"""A WSGI application with a slow page, for a web process that stops meanwhile."""

import time
from collections.abc import Callable, Iterable
from typing import Any

SECONDS = 1.5


def application(
    environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer after 1.5 seconds."""
    time.sleep(SECONDS)
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]
