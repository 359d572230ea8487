"""The plain registry does as it is told, and by the book where nothing is said."""

import http.client
import socket
import ssl
from pathlib import Path

import pytest

from tests.servers.tls import certificate
from tests.stand_ins import answers
from tests.stand_ins.asking import ask, basic
from tests.stand_ins.plain_registry import PlainRegistry
from tests.stand_ins.wire import Answer

PEOPLE = {"anna": "made-up-password-1"}
GOOD, BAD = basic("anna", "made-up-password-1"), basic("anna", "made-up-mistake")

STATUSES: dict[str, tuple[Answer, int, str, str]] = {  # answer, status, a header and its value
    "welcome to all": (answers.welcome(), 200, "Docker-Distribution-Api-Version", "registry/2.0"),
    "nobody": (answers.challenged('Basic realm="x"'), 401, "WWW-Authenticate", 'Basic realm="x"'),
    "page": (answers.page(), 200, "Content-Type", "text/html; charset=utf-8"),
    "forbidden page": (answers.page(403), 403, "Content-Type", "text/html; charset=utf-8"),
    "not found": (answers.not_found(), 404, "Content-Type", "text/plain; charset=utf-8"),
    "redirect": (answers.redirect("https://e.org/"), 302, "Location", "https://e.org/"),
    "throttled": (answers.throttled("7"), 429, "Retry-After", "7"),
    "failing": (answers.failing(503), 503, "Content-Type", "text/plain; charset=utf-8"),
    "wrong JSON": (answers.wrong_json(), 200, "Content-Length", "10"),
    "huge": (answers.huge(2**20), 200, "Content-Length", str(2**20)),
}


@pytest.mark.parametrize(("answer", "status", "name", "value"), STATUSES.values(), ids=STATUSES)
def test_a_scripted_answer_is_given(answer: Answer, status: int, name: str, value: str) -> None:
    with PlainRegistry({"/v2/": answer}) as registry:
        reply = ask(f"{registry.url}/v2/", headers=GOOD)
        assert (reply.status, reply.header(name)) == (status, value)
        assert reply.body == answer.body


def test_several_challenges_keep_their_order() -> None:
    with PlainRegistry({"/": answers.challenged("Negotiate", 'Basic realm="a, b"')}) as registry:
        found = [v for k, v in ask(f"{registry.url}/v2/").headers if k == "WWW-Authenticate"]
    assert found == ["Negotiate", 'Basic realm="a, b"']


def test_the_longest_start_wins_and_lists_are_given_in_turn() -> None:
    script: dict[str, Answer | list[Answer]] = {
        "/v2/": answers.failing(),
        "/v2/team": [answers.throttled(), answers.not_found()],
        "POST /v2/team": answers.page(),
    }
    with PlainRegistry(script) as registry:
        team = f"{registry.url}/v2/team/app"
        assert ask(f"{registry.url}/v2/").status == 502
        assert [ask(team).status for _ in range(3)] == [429, 404, 404]
        assert ask(team, method="POST").status == 200


def test_basic_by_the_book() -> None:
    with PlainRegistry.basic(PEOPLE, repositories=("team/app",)) as registry:
        url = registry.url
        assert ask(f"{url}/v2/").header("WWW-Authenticate") == 'Basic realm="made-up realm"'
        assert ask(f"{url}/v2/", headers=BAD).status == 401
        assert ask(f"{url}/v2/", headers=GOOD).status == 200
        tags = ask(f"{url}/v2/team/app/tags/list", headers=GOOD)
        assert tags.json == {"name": "team/app", "tags": ["latest"]}
        assert ask(f"{url}/v2/team/none/tags/list", headers=GOOD).status == 404
        assert [one.presented.secret for one in registry.requests.to("/v2/team/none")] == [
            "made-up-password-1"
        ]


def test_bearer_by_the_book() -> None:
    with PlainRegistry.bearer(PEOPLE) as registry:
        challenge = ask(f"{registry.url}/v2/").header("WWW-Authenticate")
        assert challenge == f'Bearer realm="{registry.url}/token",service="made-up-registry"'
        assert ask(f"{registry.url}/token").status == 401
        assert ask(f"{registry.url}/token", headers=BAD).status == 401
        token = ask(f"{registry.url}/token", headers=GOOD).json["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert ask(f"{registry.url}/v2/", headers=bearer).status == 200
        assert ask(f"{registry.url}/v2/", headers={"Authorization": "Bearer no"}).status == 401
        assert ask(f"{registry.url}/v2/", headers=GOOD).status == 401


def test_the_realm_may_be_elsewhere() -> None:
    with PlainRegistry.bearer(PEOPLE, realm="https://elsewhere.example.org/token") as registry:
        assert "https://elsewhere.example.org" in ask(registry.url + "/v2/").header(
            "WWW-Authenticate"
        )


def test_an_open_registry_takes_any_password() -> None:
    with PlainRegistry() as registry:
        assert ask(f"{registry.url}/v2/", headers=BAD).status == 200


def test_a_cut_answer_ends_before_its_length() -> None:
    with (
        PlainRegistry({"/": answers.cut_off(3)}) as registry,
        pytest.raises(http.client.IncompleteRead),
    ):
        ask(f"{registry.url}/v2/")


def test_hanging_up_and_other_protocols_are_no_answer() -> None:
    with PlainRegistry({"/a": answers.hanging_up(), "/b": answers.not_http()}) as registry:
        with pytest.raises(http.client.RemoteDisconnected):
            ask(f"{registry.url}/a")
        with pytest.raises(http.client.BadStatusLine):
            ask(f"{registry.url}/b")


def test_a_drip_never_lets_a_single_read_wait_long() -> None:
    with (
        PlainRegistry({"/": answers.dripping(0.02)}) as registry,
        socket.create_connection(("127.0.0.1", registry.port), timeout=10) as line,
    ):
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while len(body := got.partition(b"\r\n\r\n")[2]) < 10:
            got += line.recv(65536)
    assert len(body) < 100


def test_stopping_ends_kept_connections_and_silence() -> None:
    with PlainRegistry({"/slow": answers.silent()}) as registry:
        lines = [http.client.HTTPConnection(registry.netloc, timeout=5) for _ in range(2)]
        kept, slow = lines
        kept.request("GET", "/v2/")
        assert kept.getresponse().read() == b"{}"
        slow.request("GET", "/slow")
        registry.stop()
        with pytest.raises(OSError, match=r"."):
            slow.getresponse()
        with pytest.raises(OSError, match=r"."):
            _ask_again(kept)
        for line in lines:
            line.close()
        with pytest.raises(ConnectionRefusedError):
            ask(f"{registry.url}/v2/")


def _ask_again(line: http.client.HTTPConnection) -> None:
    line.auto_open = 0  # not on a new connection
    line.request("GET", "/v2/")
    line.getresponse()


def test_over_tls_only_its_authority_is_trusted(tmp_path: Path) -> None:
    tls = certificate(tmp_path)
    with PlainRegistry(tls=tls) as registry:
        trusting = ssl.create_default_context(cafile=str(tls.authority))
        assert ask(f"{registry.url}/v2/", trust=trusting).status == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(f"{registry.url}/v2/", trust=ssl.create_default_context())


def test_a_fault_of_the_stand_in_fails_its_test() -> None:
    registry = PlainRegistry({"/": []})
    with pytest.raises(IndexError), registry:
        assert ask(f"{registry.url}/v2/").status == 500
