"""Part D: wherever a registry says to sign in, the login goes to whom it is pinned to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.outcome import Outcome
from registry.secret import Secret
from tests.hostile.figures import Figures
from tests.hostile.realms import BROKEN, CLOSED_PORTS, FAR, NEIGHBORS, STRANGE, Case
from tests.hostile.zoo import HOME, SIGN_IN, Zoo, assert_good_is_well, look, open_zoo, origin
from tests.stand_ins.answers import challenged, redirect, registry_json

PINNED = frozenset({origin(SIGN_IN)})
FIRST = None


def run(count: Figures, zoo: Zoo, name: str, case: Case, pins: object) -> None:
    """One case: its outcome, and the login at nobody but those it is pinned to."""
    with count.case(name), zoo.network() as net:
        zoo.forget()
        zoo.home.answers["/v2/"] = [case.answer, registry_json(200, {})]
        verdict = look(zoo, net, recipients=pins)
        strays = zoo.strays(allowed=(zoo.home, zoo.sign_in) if case.signs_in else ())
        count.strays += len(strays)
        count.forbidden += len(zoo.stranger.requests) + len(zoo.plain_stranger.requests)
        assert verdict.outcome is case.outcome, verdict
        assert not strays, strays
        assert_good_is_well(zoo, net)


@pytest.mark.parametrize("pins", [FIRST, PINNED], ids=["first look", "pinned"])
def test_no_realm_moves_the_login(
    figures: Callable[[str], Figures], tmp_path: Path, pins: frozenset[object] | None
) -> None:
    count = figures("D realms, " + ("at a first look" if pins is None else "once pinned"))
    cases = {**STRANGE, **CLOSED_PORTS} if pins is None else {**STRANGE, **NEIGHBORS}
    with open_zoo(tmp_path) as zoo:
        with zoo.network() as net:  # positive control: the same stranger gets it when pinned
            zoo.home.realm = FAR
            look(zoo, net, recipients=frozenset({origin("sign-in.example.net")}))
            assert zoo.strays(allowed=(zoo.home,)), "the trap does not work"
        with count.memory():
            for name, case in cases.items():
                run(count, zoo, name, case, pins)
    count.notes.append("the trap gets the login when it is pinned")
    count.conclude(limit_s=5)


def test_a_realm_that_misbehaves_later_moves_nothing(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("D realms that change, redirect or challenge again")
    again = f'Bearer realm="{FAR}",service="made-up"'
    sign_ins = {
        **{f"redirects by {code}": (redirect(FAR, code), BROKEN) for code in (301, 302, 303, 307)},
        "redirects by 308": (redirect(FAR, 308), BROKEN),
        "challenges again": (challenged(again), Outcome.REJECTED),
        "asks for Basic": (challenged('Basic realm="made-up"'), Outcome.REJECTED),
        "wants a proxy login": (challenged(again, status=407), BROKEN),
    }
    entries = {
        "redirects at the entry": redirect(FAR),
        "challenges again at the entry": challenged(again),
    }
    with open_zoo(tmp_path) as zoo, count.memory():
        for name, (answer, outcome) in sign_ins.items():
            with count.case(name), zoo.network() as net:
                zoo.forget()
                zoo.sign_in.answers["/token"] = answer
                verdict = look(zoo, net, recipients=PINNED)
                count.strays += len(zoo.strays(allowed=(zoo.sign_in,)))
                assert verdict.outcome is outcome, verdict
                assert len(zoo.sign_in.requests) == 1, "it was asked again"
        for name, answer in entries.items():
            with count.case(name), zoo.network() as net:
                zoo.forget()
                first = challenged(f'Bearer realm="https://{SIGN_IN}/token"')
                zoo.home.answers["/v2/"] = [first, answer]
                verdict = look(zoo, net, recipients=PINNED)
                count.strays += len(zoo.strays(allowed=(zoo.sign_in, zoo.home)))
                assert not verdict.outcome.is_conclusive, verdict
        with count.case("redirects at the door"), zoo.network() as net:
            zoo.forget()
            zoo.home.answers["/v2/"] = redirect(FAR)
            assert look(zoo, net).outcome is BROKEN
            count.strays += len(zoo.strays(allowed=()))
    count.conclude(limit_s=5)


def test_what_a_realm_asks_for_is_ours_to_say(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("D realms with questions and other registries")
    with open_zoo(tmp_path) as zoo, zoo.network() as net, count.memory():
        with count.case("a scope in the realm"):
            zoo.home.realm += "?scope=repository:a/b:push&offline_token=true&x=y"
            assert look(zoo, net).outcome is Outcome.VALID
            sent = dict(zoo.sign_in.requests[-1].query)
            assert sent == {"x": "y", "service": "made-up-registry", "client_id": "lockkeeper"}
        with count.case("a neighbor under a shared suffix"):
            zoo.forget()
            zoo.places[("a.github.io", 443)] = zoo.home.port
            zoo.home.realm = "https://b.github.io/token"
            assert look(zoo, net, host="a.github.io").outcome is Outcome.DISTRUSTED_REALM
        with count.case("a GitLab token and a GitLab that is none"):
            zoo.forget()
            zoo.home.answers["/v2/"] = challenged(
                'Bearer realm="https://sign-in.example.net/jwt/auth",service="container_registry"'
            )
            secret = Secret("glpat-MADEUPMADEUPMADEUP12")
            verdict = look(zoo, net, secret=secret)
            assert verdict.outcome is Outcome.DISTRUSTED_REALM
            assert not [r for r in zoo.stranger.requests if r.authorized]
        with count.case("http all the way, and another port"):
            zoo.forget()
            plain = origin(HOME, 80, "http")
            zoo.places[(HOME, 80)] = zoo.plain_stranger.port
            zoo.plain_stranger.answers["/v2/"] = challenged(
                f'Bearer realm="http://{HOME}:5000/token"'
            )
            verdict = look(zoo, net, server=plain, http_allowed=True)
            assert verdict.outcome is Outcome.DISTRUSTED_REALM
        count.strays += len(zoo.strays(allowed=(zoo.home, zoo.sign_in)))
    count.conclude(limit_s=5)
