"""Part H: whatever a sign-in calls a token, nothing breaks, and only the registry sees it."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from registry.outcome import Outcome
from tests.hostile.asking import CANARY
from tests.hostile.figures import Figures
from tests.hostile.named_servers import (
    SIGN_IN,
    TOKEN,
    assert_good_is_well,
    open_servers,
    origin,
    run_check,
)
from tests.stand_ins.answers import JSON, challenged
from tests.stand_ins.wire import Answer

BROKEN, VALID = Outcome.BROKEN_ANSWER, Outcome.VALID
DEEP = 100_000


def told(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def jwt(payload: bytes, **header: Any) -> str:
    parts = (json.dumps(header or {"alg": "none"}).encode(), payload, b"made-up")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


NO_TOKENS: dict[str, bytes] = {
    "a line break": told(token=f"{TOKEN}\r\nX-Made-Up: yes"),
    "a line feed at the end": told(token=f"{TOKEN}\n"),
    "a zero byte": told(token=f"{TOKEN}\0"),
    "a blank": told(token=f"{TOKEN} {TOKEN}"),
    "10 MB": told(token="x" * 10 * 2**20),
    "20 KB": told(token="x" * 20_000),
    "null": told(token=None),
    "a number": told(token=7),
    "true": told(token=True),
    "a list": told(token=[TOKEN]),
    "an object": told(token={"token": TOKEN}),
    "an empty text": told(token=""),
    "letters beyond ASCII": told(token="tökén"),
    "half a surrogate": b'{"token": "\\ud800"}',
    "one good, one broken": told(token=TOKEN, access_token=f"{TOKEN}\r\n"),
    "twice the same key": f'{{"token": "{TOKEN}", "token": "{TOKEN}-2"}}'.encode(),
    "a list around it": json.dumps([{"token": TOKEN}]).encode(),
    "a text alone": json.dumps(TOKEN).encode(),
    "lists without end": b"[" * DEEP,
    "objects without end": b'{"token":' * DEEP,
    "deep, and closed": b'{"token": "x", "y": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "a page": b"<!DOCTYPE html><html><body>" + TOKEN.encode() + b"</body></html>",
    "not JSON": TOKEN.encode(),
    "half of it": b'{"token": "' + TOKEN.encode(),
    "two answers": told(token=TOKEN) * 2,
    "JSON in UTF-16": told(token=TOKEN).decode().encode("utf-16"),
    "bytes that are no text": b'{"token": "\xff\xfe"}',
    "nothing": b"",
    "blanks": b" " * 1000,
    "zero bytes": bytes(1000),
    "no number as lifetime": f'{{"token": "{TOKEN}", "expires_in": NaN}}'.encode(),
    "a number too long": b'{"token": ' + b"9" * 50_000 + b"}",
}
TOKENS: dict[str, bytes] = {
    "an opaque one": told(token=TOKEN),
    "a lifetime without end": f'{{"token": "{TOKEN}", "expires_in": 1e999}}'.encode(),
    "a lifetime of 4,000 digits": b'{"token": "x1", "expires_in": ' + b"9" * 4000 + b"}",
    "a lifetime below zero": told(token=TOKEN, expires_in=-1, issued_at="0000-99-99T99:99:99Z"),
    "a lifetime in the wrong type": told(token=TOKEN, expires_in=[], issued_at={}),
    "a refresh token beside it": told(token=TOKEN, refresh_token="made-up-refresh-1"),
    "a claim without end": told(token=jwt(b"[" * 12_000)),
    "a claim that is a list": told(token=jwt(b"[]")),
    "claims of wrong types": told(token=jwt(told(exp="x", iat=[], access={"a": 1}, aud=7))),
    "claims beyond all time": told(token=jwt(told(exp=1e300, iat=-1e300, access=[None, 3]))),
    "a token that is the password": told(token=CANARY),
}


def test_no_token_breaks_a_check(figures: Callable[[str], Figures], tmp_path: Path) -> None:
    count = figures("H tokens")
    pins = frozenset({origin(SIGN_IN)})
    first = challenged(f'Bearer realm="https://{SIGN_IN}/token"')
    with open_servers(tmp_path) as servers, servers.network() as net:
        assert_good_is_well(servers, net)
        with count.memory():
            for name, body in {**NO_TOKENS, **TOKENS}.items():
                with count.case(name):
                    servers.forget()
                    servers.sign_in.answers["/token"] = Answer(200, body, (JSON,))
                    servers.home.answers["/v2/"] = [first, Answer(200, b"{}", (JSON,))]
                    verdict = run_check(servers, net, recipients=pins)
                    strays = servers.strays(allowed=(servers.home, servers.sign_in))
                    count.strays += len(strays)
                    entered = [r for r in servers.home.requests if r.authorized]
                    if name in TOKENS:
                        assert verdict.outcome is VALID, verdict
                        assert [r.presented.kind for r in entered] == ["bearer"]
                    else:
                        assert (verdict.outcome, entered) == (BROKEN, []), verdict
                    assert "made-up-refresh" not in str(servers.home.requests)
                    assert b"X-Made-Up" not in str(servers.home.requests).encode()
                    assert_good_is_well(servers, net)
    count.conclude(limit_s=5)


def test_a_token_for_another_host_opens_nothing(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("H tokens for another host")
    elsewhere = jwt(
        told(
            iss="sign-in.example.net",
            aud="registry.example.net",
            access=[{"type": "repository", "name": "a/b", "actions": ["pull", "push"]}],
        )
    )
    with (
        open_servers(tmp_path) as servers,
        servers.network() as net,
        count.case("another audience"),
    ):
        servers.sign_in.answers["/token"] = Answer(200, told(token=elsewhere), (JSON,))
        verdict = run_check(servers, net, recipients=frozenset({origin(SIGN_IN)}))
        count.strays += len(servers.strays(allowed=(servers.home, servers.sign_in)))
        assert verdict.outcome is not VALID, verdict
        assert [r.status for r in servers.home.requests if r.authorized] == [401]
    count.conclude(limit_s=5)
