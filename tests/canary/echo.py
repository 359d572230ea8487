"""A registry that repeats the login: secrets come back in every part of its response."""

import base64
import json

from tests.stand_ins.answers import challenged
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


def echo(incoming: Incoming) -> Answer:
    """Send a challenge; refuse the login, and repeat it in headers, codes and messages."""
    pair = presented(incoming)
    if pair.kind != "basic":
        return challenged('Basic realm="made-up realm"')
    again = _ascii(pair.secret)
    error = {"code": again, "message": f"{pair.username}:{again}", "detail": {"password": again}}
    body = json.dumps({"errors": [error], "message": again}).encode()
    basic = base64.b64encode(f"{pair.username}:{pair.secret}".encode()).decode()
    headers = (
        ("WWW-Authenticate", f'Basic realm="{again}", error="{again}"'),
        ("Content-Type", "application/json"),
        ("X-Request-Id", again),
        ("Location", f"/v2/?password={again}&auth={basic}"),
    )
    return Answer(401, body, headers)


def echoing() -> Loopback:
    """The registry, as a context manager."""
    return Loopback(echo)
