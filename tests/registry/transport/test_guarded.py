"""The one session of `requests`: what it sends, and what it refuses to send or to read."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import requests

from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.protocol.http import FailureKind
from registry.transport.guarded import NotAnswered, guarded_session
from tests.servers.tls import Certificate, certificate
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.wire import Answer, Incoming

Serve = Callable[[Answer], AbstractContextManager[Loopback]]
HERE = Policy(allowed=parse_allow_list("127.0.0.0/8:*"))
KEPT_OUT = Policy()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def came() -> list[Incoming]:
    return []


@pytest.fixture
def serving(tls: Certificate, came: list[Incoming]) -> Serve:
    """Serves one answer to everything, and keeps what came."""

    @contextmanager
    def serve(answer: Answer) -> Iterator[Loopback]:
        def handle(incoming: Incoming) -> Answer:
            came.append(incoming)
            return answer

        with Loopback(handle, tls=tls) as server:
            yield server

    return serve


def opened(
    tls: Certificate, *, policy: Policy = HERE, limit_s: float = 5, proxy: str = ""
) -> requests.Session:
    return guarded_session(
        policy,
        user_agent="lockkeeper/made-up",
        ca_pem=tls.authority_pem,
        limit_s=limit_s,
        proxy=proxy,
    )


def test_a_form_is_sent_and_its_answer_read(
    tls: Certificate, serving: Serve, came: list[Incoming]
) -> None:
    with serving(Answer(200, b'{"ok": true}')) as server, opened(tls) as session:
        answer = session.post(f"{server.url}/token?a=b%20c", data={"code": "ä&=", "x": "1"})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    [one] = came
    assert (one.method, one.path, one.query) == ("POST", "/token", (("a", "b c"),))
    assert one.body == b"code=%C3%A4%26%3D&x=1"
    assert one.header("User-Agent") == "lockkeeper/made-up"
    assert one.header("Host") == server.netloc
    assert one.header("Content-Type") == "application/x-www-form-urlencoded"


def test_a_redirect_is_an_answer_and_is_not_followed(
    tls: Certificate, serving: Serve, came: list[Incoming]
) -> None:
    elsewhere = (("Location", "/elsewhere"), ("Set-Cookie", "made=up"))
    with serving(Answer(302, b"", elsewhere)) as server, opened(tls) as session:
        assert session.get(f"{server.url}/").status_code == 302
        assert session.get(f"{server.url}/", allow_redirects=True).status_code == 302
    assert [one.path for one in came] == ["/", "/"]
    assert [one.header("Cookie") for one in came] == ["", ""], "no cookie is kept"


REFUSED = {
    "an address that the policy does not allow": (KEPT_OUT, Answer(), FailureKind.FORBIDDEN),
    "a body that is too large": (HERE, Answer(200, b"x" * 70_000), FailureKind.TOO_LARGE),
    "a body that comes slowly": (HERE, Answer(200, b"x" * 900, drip_s=0.1), FailureKind.TIMED_OUT),
    "an answer that never comes": (HERE, Answer(delay_s=20), FailureKind.TIMED_OUT),
    "what is not HTTP": (HERE, Answer(raw=b"220 made-up mail server\r\n"), FailureKind.MALFORMED),
    "an encoded body": (
        HERE,
        Answer(200, b"x", (("Content-Encoding", "gzip"),)),
        FailureKind.MALFORMED,
    ),
    "an answer that is cut": (HERE, Answer(200, b"x" * 90, cut_after=9), FailureKind.CUT),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str, tls: Certificate, serving: Serve) -> None:
    policy, answer, kind = REFUSED[what]
    started = time.monotonic()
    with serving(answer) as server, opened(tls, policy=policy, limit_s=1) as session:
        with pytest.raises(NotAnswered) as refused:
            session.get(f"{server.url}/", timeout=None)
        assert refused.value.kind is kind
        assert str(refused.value) == kind.value
        assert refused.value.__context__ is None
        assert time.monotonic() - started < 5


def test_the_time_is_that_of_all_calls_together(tls: Certificate, serving: Serve) -> None:
    with serving(Answer(delay_s=0.4)) as server, opened(tls, limit_s=0.6) as session:
        assert session.get(f"{server.url}/").status_code == 200
        with pytest.raises(NotAnswered, match="timed_out"):
            session.get(f"{server.url}/")


def test_a_certificate_is_verified_whatever_the_caller_says(
    tls: Certificate, serving: Serve
) -> None:
    with serving(Answer()) as server:
        session = guarded_session(HERE, user_agent="lockkeeper/made-up")
        with pytest.raises(NotAnswered, match="tls"):
            session.get(f"{server.url}/", verify=False)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "ftp://127.0.0.1/", "https://a:b@127.0.0.1/", "https://0x7f.1/"]
)
def test_an_address_that_is_never_asked(url: str, tls: Certificate) -> None:
    with opened(tls) as session, pytest.raises(requests.RequestException):
        session.get(url)


def test_a_header_with_a_line_break_is_not_sent(
    tls: Certificate, serving: Serve, came: list[Incoming]
) -> None:
    with serving(Answer()) as server, opened(tls) as session:
        with pytest.raises(requests.RequestException):
            session.get(f"{server.url}/", headers={"Authorization": "Bearer made\r\nX-Up: 1"})
        with pytest.raises(requests.RequestException):
            session.delete(f"{server.url}/")
    assert came == []


def test_the_environment_names_no_proxy(
    tls: Certificate, serving: Serve, came: list[Incoming], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Path("/nowhere.pem")))
    with serving(Answer()) as server, opened(tls) as session:
        assert session.get(f"{server.url}/").status_code == 200
    assert len(came) == 1


def test_with_a_proxy_names_are_judged_before_it_is_asked(tls: Certificate) -> None:
    only = Policy(only_hosts=frozenset({"idp.example.org"}))
    with opened(tls, policy=only, proxy="http://127.0.0.1:9") as session:
        with pytest.raises(NotAnswered, match="forbidden"):
            session.get("https://other.example.org/")
        with pytest.raises(NotAnswered, match="no_connection"):
            session.get("https://idp.example.org/")
