"""Registry and sign-in by plain http under two names: allowed if everything allows it."""

from dataclasses import replace
from typing import Any

import pytest

from registry.addresses.origins import Origin
from registry.check import check
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.protocol.http import Request, Response
from registry.secret import Secret
from tests.registry.scripted import (
    NOW,
    ScriptedNetwork,
    body,
    challenge,
    refusal,
    run_check,
    token,
)

HOME, SIGN_IN = Origin.parse("http://registry.lan:5000"), Origin.parse("http://sign-in.lan")
NONE: frozenset[Origin] = frozenset()
BOTH, ONE = frozenset({HOME, SIGN_IN}), frozenset({SIGN_IN})
SECURE = Origin.parse("https://registry.lan")


def script(request: Request) -> Response:
    if request.origin == SIGN_IN:
        return token() if request.authorization else refusal(401, "UNAUTHORIZED")
    if request.authorization:
        return body(200, {})
    return challenge(f'Bearer realm="{SIGN_IN}/token",service="made-up"')


# What is allowed, what is confirmed, the registry, then the outcome.
ROWS: dict[str, tuple[frozenset[Origin], frozenset[Origin] | None, Origin, Outcome]] = {
    "both allowed and confirmed": (BOTH, ONE, HOME, Outcome.VALID),
    "the sign-in allowed and confirmed": (ONE, ONE, HOME, Outcome.VALID),
    "both allowed, nobody was asked yet": (BOTH, None, HOME, Outcome.DISTRUSTED_REALM),
    "both allowed, another host is confirmed": (
        BOTH, frozenset({Origin.parse("http://other.lan")}), HOME, Outcome.DISTRUSTED_REALM,
    ),
    "both allowed, its https is confirmed": (
        BOTH, frozenset({Origin.parse("https://sign-in.lan")}), HOME, Outcome.DISTRUSTED_REALM,
    ),
    "only the registry allowed, yet confirmed": (
        frozenset({HOME}), ONE, HOME, Outcome.BROKEN_ANSWER,
    ),
    "only the registry allowed": (frozenset({HOME}), None, HOME, Outcome.BROKEN_ANSWER),
    "another port of the sign-in allowed": (
        frozenset({Origin.parse("http://sign-in.lan:8080")}), ONE, HOME, Outcome.BROKEN_ANSWER,
    ),
    "an https registry, whatever is allowed": (BOTH, ONE, SECURE, Outcome.BROKEN_ANSWER),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_password_goes_there_only_if_all_of_it_is_allowed(name: str) -> None:
    allowed, confirmed, server, outcome = ROWS[name]
    rules: dict[str, Any] = {"http_allowed": True, "http_realms": allowed, "server": server}
    _, verdict, requests = run_check(script, recipients=confirmed, **rules)
    assert verdict.outcome is outcome
    assert verdict.asks == (SIGN_IN if outcome is Outcome.DISTRUSTED_REALM else None)
    got = {request.origin for request in requests if request.authorization}
    assert got == ({HOME, SIGN_IN} if outcome is Outcome.VALID else set())


def test_the_cause_names_the_host_and_both_ways_out() -> None:
    _, verdict, _ = run_check(script, server=HOME, http_allowed=True)
    assert verdict.message.key == "cause_realm_two_names"
    assert "to another host, http://sign-in.lan." in verdict.message.text()
    administrator, ours = (advice.text() for advice in verdict.advice)
    assert "administrator" in administrator
    assert "allow plain http for http://sign-in.lan too" in ours


def test_two_workspaces_of_one_batch_do_not_share_what_one_of_them_allows() -> None:
    network = ScriptedNetwork(script)
    login = Login(HOME, "made-up", Secret("made-up-password"), http_allowed=True, recipients=ONE)
    found = []
    for allowed in (NONE, BOTH, NONE, BOTH):
        asked = replace(login, http_realms=allowed)
        found.append(check(asked, Need(), network, now=NOW)[1].outcome)  # type: ignore[arg-type]
    assert found == [Outcome.BROKEN_ANSWER, Outcome.VALID] * 2
