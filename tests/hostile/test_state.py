"""Part I: what a server tries to leave behind, and answers that prove nothing."""

import time
from collections.abc import Callable
from pathlib import Path

from registry.login import AcceptAllProbe, Need
from registry.outcome import Outcome
from tests.hostile.figures import Figures
from tests.hostile.named_servers import (
    HOME,
    SIGN_IN,
    TOKEN,
    assert_good_is_well,
    open_servers,
    origin,
    run_check,
)
from tests.stand_ins.answers import (
    HTML,
    challenged,
    page,
    plain,
    redirect,
    registry_error,
    registry_json,
    throttled,
    welcome,
)
from tests.stand_ins.wire import Answer

BROKEN, THROTTLED, UNPROVED = Outcome.BROKEN_ANSWER, Outcome.THROTTLED, Outcome.UNPROVED
WRONG, REJECTED = Outcome.WRONG_SERVER, Outcome.REJECTED
PINS = frozenset({origin(SIGN_IN)})
BEARER = challenged(f'Bearer realm="https://{SIGN_IN}/token"')
BASIC = challenged('Basic realm="made-up"')
GIVES = registry_json(200, {"token": TOKEN})
STICKY = (
    ("Set-Cookie", "id=made-up; Path=/; Domain=example.org; Secure"),
    ("Set-Cookie", "id2=made-up; Path=/v2/"),
    ("Strict-Transport-Security", "max-age=99999999; includeSubDomains"),
    ("Alt-Svc", 'h2="sign-in.example.net:443"; ma=99999999; persist=1'),
    ("Link", '<https://sign-in.example.net/v2/>; rel="next"'),
    ("Location", "https://sign-in.example.net/v2/"),
    ("Refresh", "0; url=https://sign-in.example.net/v2/"),
    ("Content-Location", "https://sign-in.example.net/v2/"),
    ("Proxy-Authenticate", 'Basic realm="made-up"'),
    ("Upgrade", "h2c"),
    ("Keep-Alive", "timeout=99999"),
)
WAITS = {
    "without end": "9" * 40,
    "of a hundred years": "3153600000",
    "below zero": "-1",
    "of nothing": "0",
    "until the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "until long ago": "Thu, 01 Jan 1970 00:00:00 GMT",
    "in nonsense": "soon\x0b",
    "in other digits": "٣",
    "in parts": "1e9",
}
# The answer of every page of the registry and of its sign-in host, and what it must come to.
SAME = {
    "200 to everything": (welcome(), UNPROVED),
    "200 and nothing": (plain(200), UNPROVED),
    "204 to everything": (plain(204), BROKEN),
    "401 to everything": (plain(401), BROKEN),
    "Basic to everything": (BASIC, REJECTED),
    "403 to everything": (registry_error(403, "DENIED", "no"), BROKEN),
    "404 to everything": (plain(404), WRONG),
    "407 to everything": (challenged('Basic realm="x"', status=407), BROKEN),
    "418 to everything": (plain(418), BROKEN),
    "451 to everything": (plain(451), BROKEN),
    "500 to everything": (plain(500), Outcome.UNREACHABLE),
    "511 to everything": (page(511, "Log in to the network"), Outcome.UNREACHABLE),
    "999 to everything": (plain(999), BROKEN),
    "a captive portal's page": (page(200, "Welcome to our hotel"), WRONG),
    "a captive portal without a type": (Answer(200, page().body, ()), WRONG),
    "a captive portal that redirects": (redirect("https://sign-in.example.net/log-in"), BROKEN),
    "a captive portal's Basic page": (
        Answer(401, page().body, (HTML, ("WWW-Authenticate", 'Basic realm="hotel"'))),
        REJECTED,
    ),
    "a token to everything": (GIVES, UNPROVED),
}


def test_nothing_stays_of_what_a_server_sets(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("I cookies, HSTS and other headers that want to stay")
    sticky = {
        "ping": Answer(BEARER.status, BEARER.body, (*BEARER.headers, *STICKY)),
        "token": Answer(200, GIVES.body, (*GIVES.headers, *STICKY)),
        "entry": Answer(200, b"{}", STICKY),
    }
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for _ in range(3):
            with count.case("a check"):
                servers.forget()
                servers.home.answers["/v2/"] = [sticky["ping"], sticky["entry"]]
                servers.sign_in.answers["/token"] = sticky["token"]
                assert run_check(servers, net, recipients=PINS).outcome is Outcome.VALID
                sent = [*servers.home.requests, *servers.sign_in.requests]
                names = {name.lower() for request in sent for name, _ in request.headers}
                count.strays += len(servers.strays(allowed=(servers.home, servers.sign_in)))
                assert len(sent) == 3
                assert names <= {"host", "user-agent", "accept", *ALLOWED}, names
                assert all(host in (SIGN_IN, HOME) for host, _ in servers.resolved), (
                    servers.resolved
                )
        with count.case("http stays http where a rule says so"):
            servers.forget()
            servers.plain_stranger.people = {"robot": "made-up"}
            servers.plain_stranger.answers["/v2/"] = [BASIC, plain(401, headers=STICKY)]
            run_check(servers, net, server=origin("a.github.io", 80, "http"), http_allowed=True)
            run_check(servers, net, server=origin("a.github.io", 80, "http"), http_allowed=True)
            assert not servers.stranger.requests
            assert len(servers.plain_stranger.requests) >= 3
    count.conclude(limit_s=5)


ALLOWED = {"accept-encoding", "connection", "authorization"}


def test_an_absurd_wait_is_bounded(figures: Callable[[str], Figures], tmp_path: Path) -> None:
    count = figures("I absurd waits")
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for name, text in WAITS.items():
            raw = f"HTTP/1.1 429 Slow\r\nRetry-After: {text}\r\nContent-Length: 0\r\n\r\n"
            busy = Answer(raw=raw.encode())
            for where, server in (("the door", servers.home), ("the sign-in", servers.sign_in)):
                with count.case(f"a wait {name} at {where}"):
                    servers.forget()
                    server.answers["/"] = server.answers["/v2/"] = busy
                    verdict = run_check(servers, net, recipients=PINS)
                    assert verdict.outcome in (THROTTLED, BROKEN), verdict
                    assert verdict.outcome is THROTTLED or "\x0b" in text
                    assert verdict.retry_after_s is None or 1 <= verdict.retry_after_s <= 86400
                    assert_good_is_well(servers, net)
    count.conclude(limit_s=5)


def test_an_answer_that_proves_nothing_is_never_valid(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("I the same answer to everything")
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for name, (answer, outcome) in SAME.items():
            for need in (Need(), Need(repository="a/b"), Need(push=True, repository="a/b")):
                with count.case(f"{name}, {need}"):
                    servers.forget()
                    servers.home.answers["/"] = servers.sign_in.answers["/"] = answer
                    verdict = run_check(servers, net, need=need, probe=AcceptAllProbe.TRY)
                    count.strays += len(servers.strays(allowed=(servers.home,)))
                    assert verdict.outcome is outcome, verdict
                    assert len(servers.home.requests) + len(servers.sign_in.requests) <= 4
        count.notes.append("none of them valid")
    count.conclude(limit_s=5)


def test_whoever_lets_in_everybody_proves_nothing(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("I yes to everybody, and refusals without end")
    anybody = {
        "Basic lets in everybody": [BASIC, welcome()],
        "a token for everybody": [BEARER, welcome()],
        "a page for everybody": [BASIC, page()],
    }
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for name, door in anybody.items():
            with count.case(name):
                servers.forget()
                servers.home.answers["/v2/"] = door
                servers.sign_in.answers["/token"] = GIVES
                verdict = run_check(servers, net, probe=AcceptAllProbe.TRY)
                assert verdict.outcome in (UNPROVED, BROKEN, WRONG), verdict
            with count.case(f"{name}, and known for it"):
                servers.home.answers["/v2/"] = [door[0], door[-1]]
                assert (
                    run_check(servers, net, probe=AcceptAllProbe.KNOWN).outcome is not Outcome.VALID
                )
        with count.case("one that tells the two apart is believed"):
            servers.forget()
            assert run_check(servers, net, probe=AcceptAllProbe.TRY).outcome is Outcome.VALID
        for name, again in {"Bearer for ever": BEARER, "Basic for ever": BASIC}.items():
            with count.case(name):
                servers.forget()
                servers.home.answers["/"] = servers.sign_in.answers["/token"] = again
                began = time.monotonic()
                verdict = run_check(servers, net, recipients=PINS)
                assert verdict.outcome is REJECTED, verdict
                assert len(servers.home.requests) + len(servers.sign_in.requests) == 2
                assert time.monotonic() - began < 5
        with count.case("too busy for ever"):
            servers.forget()
            servers.home.answers["/"] = throttled("1")
            assert run_check(servers, net).outcome is THROTTLED
            assert len(servers.home.requests) == 1
    count.conclude(limit_s=5)
