"""Part D: wherever a registry says to sign in, the login goes to whom it is pinned to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from registry.addresses.hosts import is_address, parse_authority
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.secret import Secret
from registry.transport.dial import Found
from tests.hostile.asking import found
from tests.hostile.figures import Figures
from tests.hostile.named_servers import (
    HOME,
    SIGN_IN,
    NamedServers,
    assert_good_is_well,
    open_servers,
    origin,
    run_check,
)
from tests.hostile.realms import BROKEN, CLOSED_PORTS, FAR, NEIGHBORS, STRANGE, Case
from tests.stand_ins.answers import challenged, redirect, registry_json

PINNED = frozenset({origin(SIGN_IN)})
FIRST = None


def run(count: Figures, servers: NamedServers, name: str, case: Case, pins: object) -> None:
    """One case: its outcome, and the login at nobody but those it is pinned to."""
    with count.case(name), servers.network() as net:
        servers.forget()
        servers.home.answers["/v2/"] = [case.answer, registry_json(200, {})]
        verdict = run_check(servers, net, recipients=pins)
        strays = servers.strays(allowed=(servers.home, servers.sign_in) if case.signs_in else ())
        count.strays += len(strays)
        count.forbidden += len(servers.stranger.requests) + len(servers.plain_stranger.requests)
        assert verdict.outcome is case.outcome, verdict
        assert not strays, strays
        assert_good_is_well(servers, net)


@pytest.mark.parametrize("pins", [FIRST, PINNED], ids=["first check", "pinned"])
def test_no_realm_moves_the_login(
    figures: Callable[[str], Figures], tmp_path: Path, pins: frozenset[object] | None
) -> None:
    count = figures("D realms, " + ("at a first check" if pins is None else "once pinned"))
    cases = {**STRANGE, **CLOSED_PORTS} if pins is None else {**STRANGE, **NEIGHBORS}
    with open_servers(tmp_path) as servers:
        with servers.network() as net:  # positive control: the same stranger gets it when pinned
            servers.home.realm = FAR
            run_check(servers, net, recipients=frozenset({origin("sign-in.example.net")}))
            assert servers.strays(allowed=(servers.home,)), "the trap does not work"
        with count.memory():
            for name, case in cases.items():
                run(count, servers, name, case, pins)
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
    with open_servers(tmp_path) as servers, count.memory():
        for name, (answer, outcome) in sign_ins.items():
            with count.case(name), servers.network() as net:
                servers.forget()
                servers.sign_in.answers["/token"] = answer
                verdict = run_check(servers, net, recipients=PINNED)
                count.strays += len(servers.strays(allowed=(servers.sign_in,)))
                assert verdict.outcome is outcome, verdict
                assert len(servers.sign_in.requests) == 1, "it was asked again"
        for name, answer in entries.items():
            with count.case(name), servers.network() as net:
                servers.forget()
                first = challenged(f'Bearer realm="https://{SIGN_IN}/token"')
                servers.home.answers["/v2/"] = [first, answer]
                verdict = run_check(servers, net, recipients=PINNED)
                count.strays += len(servers.strays(allowed=(servers.sign_in, servers.home)))
                assert not verdict.outcome.is_conclusive, verdict
        with count.case("redirects at the door"), servers.network() as net:
            servers.forget()
            servers.home.answers["/v2/"] = redirect(FAR)
            assert run_check(servers, net).outcome is BROKEN
            count.strays += len(servers.strays(allowed=()))
    count.conclude(limit_s=5)


def test_an_address_that_a_person_confirmed_gets_the_login(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("D realms at an address, before and after a person confirms it")
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for name, netloc in {"IPv4": "127.0.0.1", "IPv6": "[::1]"}.items():
            host = netloc.strip("[]")
            servers.places[(host, 443)] = servers.sign_in.port
            with count.case(name):
                servers.forget()
                servers.home.realm = f"https://{netloc}/token"
                asked = run_check(servers, net)
                assert (asked.outcome, asked.asks) == (Outcome.DISTRUSTED_REALM, origin(host))
                count.strays += len(servers.strays(allowed=()))
                verdict = run_check(servers, net, recipients=frozenset({origin(host)}))
                assert verdict.outcome is Outcome.VALID, verdict
                assert [r for r in servers.sign_in.requests if r.authorized]
                count.strays += len(servers.strays(allowed=(servers.home, servers.sign_in)))
    count.conclude(limit_s=5)


FORBIDDEN = (
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "0.0.0.0",
    "10.1.2.3",
    "192.168.1.1:443",
    "127.0.0.1:6379",
    "[::1]",
    "8.8.8.8:22",
)


def test_a_confirmed_address_that_the_guard_forbids_stays_forbidden(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("D realms at forbidden addresses that a person confirmed")
    with open_servers(tmp_path) as servers, count.memory():

        def find(name: str, port: int) -> Found:
            return [found(name, port)] if is_address(name) else servers.find(name, port)

        for netloc in FORBIDDEN:
            with count.case(netloc), servers.network(find) as net:
                servers.forget()
                servers.home.realm = f"https://{netloc}/token"
                place = Origin("https", *parse_authority(netloc, default_port=443))
                asked = run_check(servers, net)
                assert (asked.outcome, asked.asks) == (Outcome.DISTRUSTED_REALM, place)
                verdict = run_check(servers, net, recipients=frozenset({place}))
                assert verdict.outcome is Outcome.FORBIDDEN_ADDRESS, verdict
                count.strays += len(servers.strays(allowed=()))
    count.conclude(limit_s=5)


def test_what_a_realm_asks_for_is_ours_to_say(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("D realms with questions and other registries")
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        with count.case("a scope in the realm"):
            servers.home.realm += "?scope=repository:a/b:push&offline_token=true&x=y"
            assert run_check(servers, net).outcome is Outcome.VALID
            sent = dict(servers.sign_in.requests[-1].query)
            assert sent == {"x": "y", "service": "made-up-registry", "client_id": "lockkeeper"}
        with count.case("a neighbor under a shared suffix"):
            servers.forget()
            servers.places[("a.github.io", 443)] = servers.home.port
            servers.home.realm = "https://b.github.io/token"
            assert run_check(servers, net, host="a.github.io").outcome is Outcome.DISTRUSTED_REALM
        with count.case("a GitLab token and a GitLab that is none"):
            servers.forget()
            servers.home.answers["/v2/"] = challenged(
                'Bearer realm="https://sign-in.example.net/jwt/auth",service="container_registry"'
            )
            secret = Secret("glpat-MADEUPMADEUPMADEUP12")
            verdict = run_check(servers, net, secret=secret)
            assert verdict.outcome is Outcome.DISTRUSTED_REALM
            assert not [r for r in servers.stranger.requests if r.authorized]
        with count.case("http all the way, and another port"):
            servers.forget()
            plain = origin(HOME, 80, "http")
            servers.places[(HOME, 80)] = servers.plain_stranger.port
            servers.plain_stranger.answers["/v2/"] = challenged(
                f'Bearer realm="http://{HOME}:5000/token"'
            )
            verdict = run_check(servers, net, server=plain, http_allowed=True)
            assert verdict.outcome is Outcome.DISTRUSTED_REALM
        count.strays += len(servers.strays(allowed=(servers.home, servers.sign_in)))
    count.conclude(limit_s=5)
