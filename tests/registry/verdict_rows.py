"""Whole conversations with providers as table rows: requests, answers and the verdict."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import jwt

from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.evidence import Evidence
from registry.outcome import Outcome
from registry.protocol.http import FailureKind, NetworkFailure, Request, Response
from registry.verdicts.verdict import Verdict
from tests.registry.scripted import NOW, run_check

FOLDER = Path(__file__).parent / "corpus" / "verdicts"
OWN = frozenset({"says", "advises"})
KEY = "made-up-key-of-thirty-two-bytes-"


@dataclass(frozen=True)
class VerdictRow:
    """One row of ``corpus/verdicts/<provider>.json``.

    ``login`` has `server`, `username`, `secret` and perhaps `push`, `repository`, `provider`,
    `expires_on`, `recipients`, `now`. ``talk`` lists `[request, answer]`: the request as
    `GET https://host/path`, with ` for <scope>` when it asks for one; the answer as a status with
    headers and body, or as `{"failure": kind}`. ``verdict`` has `outcome` and any other field of
    the verdict that the row is about; `says` and `advises` are the keys of its words.
    ``known_from`` says `recorded` or `documentation`, and where.
    """

    provider: str
    name: str
    known_from: str
    login: dict[str, Any]
    talk: list[list[Any]]
    verdict: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.provider}: {self.name}"

    def play(self) -> tuple[Evidence, Verdict]:
        """Run the check; each request must be the one that the row names."""
        rest = iter(self.talk)

        def answer(request: Request) -> Response | NetworkFailure:
            expected = next(rest, None)
            assert expected is not None, f"unexpected request: {described(request)}"
            assert described(request) == expected[0]
            return _answer(expected[1])

        evidence, verdict, _ = run_check(answer, **self._arguments())
        left = [entry[0] for entry in rest]
        assert not left, f"never requested: {left}"
        return evidence, verdict

    def failing_at(self, place: int, reply: Response | NetworkFailure) -> tuple[Evidence, Verdict]:
        """Run the check with this reply to the request at ``place``, counted from 0.

        Any other request gets the row's next answer to it, or no connection.
        """
        left, places = list(self.talk), count()

        def answer(request: Request) -> Response | NetworkFailure:
            if next(places) == place:
                reached.append(request)
                return reply
            own = next((entry for entry in left if entry[0] == described(request)), None)
            if own is None:
                return NetworkFailure(FailureKind.NO_CONNECTION)
            left.remove(own)
            return _answer(own[1])

        reached: list[Request] = []

        evidence, verdict, _ = run_check(answer, **self._arguments())
        assert reached, f"there is no request {place}"
        return evidence, verdict

    def _arguments(self) -> dict[str, Any]:
        given = {"provider": self.provider, **self.login}
        given["server"] = parse_server(given["server"], allow_http=True).origin
        if "recipients" in given:
            given["recipients"] = frozenset(Origin.parse(text) for text in given["recipients"])
        if "expires_on" in given:
            given["expires_on"] = date.fromisoformat(given["expires_on"])
        if "now" in given:
            given["now"] = datetime.fromisoformat(given["now"])
        return {**given, "secret": _secret(given["secret"])}

    def is_met(self) -> bool:
        """True if the verdict is the one that the row names."""
        try:
            self.assert_met()
        except AssertionError:
            return False
        return True

    def assert_met(self) -> None:
        """Run the row's check and compare its verdict."""
        evidence, verdict = self.play()
        assert verdict.message.text()
        assert verdict.outcome is Outcome.VALID or verdict.advice, "nothing is advised"
        assert all(advice.text() for advice in verdict.advice)
        assert all(step.message.text() for step in evidence.steps)
        found = {name: _plain(getattr(verdict, name)) for name in self.verdict if name not in OWN}
        if "says" in self.verdict:
            found["says"] = verdict.message.key
        if "advises" in self.verdict:
            found["advises"] = [advice.key for advice in verdict.advice]
        assert found == self.verdict


def described(request: Request) -> str:
    """A request in the notation of the rows."""
    scopes = [value for name, value in request.query if name == "scope"]
    asked = f" for {' '.join(scopes)}" if scopes else ""
    return f"{request.method} {request.origin}{request.path}{asked}"


@cache
def rows() -> tuple[VerdictRow, ...]:
    """Every row of every provider."""
    return tuple(_read())


def _read() -> Iterator[VerdictRow]:
    for path in sorted(FOLDER.glob("*.json")):
        for row in json.loads(path.read_text()):
            yield VerdictRow(provider=path.stem.replace("-", "_"), **row)


def _answer(given: dict[str, Any]) -> Response | NetworkFailure:
    if "failure" in given:
        return NetworkFailure(FailureKind(given["failure"]))
    headers = [(n, v) for n, values in given.get("headers", {}).items() for v in _listed(values)]
    content = given.get("body", "")
    if not isinstance(content, str):
        content = json.dumps(_with_jwts(content))
        headers.append(("Content-Type", "application/json"))
    return Response(given["status"], tuple(headers), content.encode())


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _secret(given: str | dict[str, Any]) -> str:
    """A secret is text, or `{"jwt": claims}`, or `{"json": object}`."""
    if isinstance(given, str):
        return given
    return _jwt(given["jwt"]) if "jwt" in given else json.dumps(given["json"])


def _with_jwts(value: Any) -> Any:
    """`{"jwt": claims}` anywhere in a body stands for a token with these claims."""
    if isinstance(value, dict):
        if set(value) == {"jwt"}:
            return _jwt(value["jwt"])
        return {name: _with_jwts(item) for name, item in value.items()}
    return value


def _jwt(claims: dict[str, Any]) -> str:
    now = int(NOW.timestamp())
    return jwt.encode({"iat": now, "exp": now + 300, **claims}, KEY, "HS256")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Origin):
        return str(value)
    return value if value is None or isinstance(value, int | bool) else str(value)
