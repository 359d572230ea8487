"""Answers that registries, proxies and firewalls are known for, proper and improper."""

import json
from typing import Any

from tests.stand_ins.wire import Answer, Pairs

VERSION = ("Docker-Distribution-Api-Version", "registry/2.0")
JSON = ("Content-Type", "application/json")
HTML = ("Content-Type", "text/html; charset=utf-8")
PLAIN = ("Content-Type", "text/plain; charset=utf-8")


def registry_json(status: int, content: Any, headers: Pairs = ()) -> Answer:
    return Answer(status, json.dumps(content).encode(), (JSON, VERSION, *headers))


def registry_error(
    status: int, code: str, message: str, *, detail: Any = None, headers: Pairs = ()
) -> Answer:
    """An error as the distribution specification words it."""
    error = {"code": code, "message": message, "detail": detail}
    return registry_json(status, {"errors": [error]}, headers)


def challenged(*challenges: str, status: int = 401) -> Answer:
    """A refusal with these challenges, each in a header of its own."""
    headers = tuple(("WWW-Authenticate", challenge) for challenge in challenges)
    return registry_error(status, "UNAUTHORIZED", "authentication required", headers=headers)


def welcome() -> Answer:
    """What `/v2/` answers to those who may come in."""
    return registry_json(200, {})


def plain(status: int, text: str = "", headers: Pairs = ()) -> Answer:
    return Answer(status, text.encode(), (PLAIN, *headers))


def page(status: int = 200, title: str = "Made-up page") -> Answer:
    """An HTML page, as a web face, a proxy or a firewall answers."""
    body = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>{title}</body></html>"
    return Answer(status, body.encode(), (HTML,))


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status, b"", (("Location", to), HTML))


def not_found() -> Answer:
    return plain(404, "404 page not found\n")


def throttled(retry_after: str = "120") -> Answer:
    return plain(429, "Retry later\n", (("Retry-After", retry_after),))


def failing(status: int = 502) -> Answer:
    return plain(status, "made-up failure upstream")


def wrong_json() -> Answer:
    """JSON that breaks off, in an answer that is whole."""
    return Answer(200, b'{"token": ', (JSON,))


def cut_off(after: int = 5) -> Answer:
    """An answer of which the connection ends before its announced length."""
    return Answer(200, b'{"token": "made-up-token"}', (JSON,), cut_after=after)


def dripping(seconds_per_byte: float = 0.2) -> Answer:
    """A body that comes byte by byte, so that no single read ever waits long."""
    return Answer(200, b" " * 1000, (JSON, VERSION), drip_s=seconds_per_byte)


def silent(seconds: float = 60) -> Answer:
    """Nothing at all for a long time."""
    return Answer(delay_s=seconds)


def hanging_up() -> Answer:
    """The connection is ended without an answer."""
    return Answer(raw=b"")


def huge(size: int = 10 * 2**20) -> Answer:
    return Answer(200, b" " * size, (JSON,))


def not_http() -> Answer:
    return Answer(raw=b"SSH-2.0-made-up\r\n")
