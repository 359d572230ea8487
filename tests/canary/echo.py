"""A registry that tells everybody what it was told: secrets come back in every corner."""

import base64
import json

from tests.stand_ins.answers import challenged
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


def echo(incoming: Incoming) -> Answer:
    """Ask for a login; refuse it, and repeat it in headers, codes and sentences."""
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
    """To be used as a context manager."""
    return Loopback(echo)
