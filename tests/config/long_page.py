"""The product and a page of four megabytes, which a client may read slowly."""

from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as product

SIZE = 4 * 1024 * 1024


def application(
    environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer ``/long`` with four megabytes, and anything else as the product does."""
    if environ["PATH_INFO"] != "/long":
        found: Iterable[bytes] = product(environ, start)
        return found
    start("200 OK", [("Content-Length", str(SIZE))])
    return [b"x" * SIZE]
