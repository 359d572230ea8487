"""The command that checks one login: usage, exit status, output; the password is never printed."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from credentials_app.management.commands import check_login
from registry.addresses.origins import Origin
from registry.protocol.http import Basic, FailureKind, NetworkFailure, Request, Response
from registry.secret import Secret
from tests.hostile.servers import say, serving
from tests.registry.scripted import Script, ScriptedNetwork, body, challenge, refusal, token

PASSWORD = "cnry-registry-password-made-up"
REALM = 'Bearer realm="https://registry.example.org/token",service="x"'


@dataclass
class Said:
    status: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(
        *arguments: str, script: Script | None = None, password: bytes = PASSWORD.encode()
    ) -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(password)))
        if script is not None:
            monkeypatch.setattr(check_login, "Network", lambda *a, **k: _Played(script))
        with pytest.raises(SystemExit) as end:
            check_login.Command().run_from_argv(["manage.py", "check_login", *arguments])
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        assert PASSWORD not in told.out + told.err
        return Said(end.value.code, told.out, told.err)

    return run_it


class _Played(ScriptedNetwork):
    def __enter__(self) -> "_Played":
        return self

    def __exit__(self, *end: object) -> None:
        return None


def is_made_up(request: Request) -> bool:
    """True for the login of an accept-all probe."""
    pair = request.authorization
    return isinstance(pair, Basic) and pair.username.startswith("made-up-")


ASKED = ("registry.example.org", "--username", "made-up", "--password-stdin")


def bearer(answer: Response, stranger: Response | None = None) -> Script:
    """A registry with a token service that gives this answer, and refuses a made-up login."""
    refused = stranger or refusal(401, "UNAUTHORIZED")
    return lambda request: (
        (refused if is_made_up(request) else answer)
        if request.path == "/token"
        else body(200, {})
        if request.authorization
        else challenge(REALM)
    )


@pytest.mark.parametrize(
    ("script", "status", "outcome"),
    [
        (bearer(token()), 0, "valid"),
        (bearer(refusal(401, "UNAUTHORIZED", PASSWORD)), 1, "rejected"),
        (lambda request: NetworkFailure(FailureKind.NO_CONNECTION), 2, "unreachable"),
    ],
)
def test_the_exit_status_says_how_it_went(
    run: Run, script: Script, status: int, outcome: str
) -> None:
    said = run(*ASKED, "--json", script=script)
    assert said.status == status
    assert said.json()["outcome"] == outcome
    assert run(*ASKED, script=script).status == status


def test_the_json_object_holds_all_that_was_promised(run: Run) -> None:
    told = run(*ASKED, "--json", script=bearer(token())).json()
    assert set(told) >= {
        "outcome", "conclusive", "needed", "held", "missing", "excess", "expires_at",
        "expires_source", "token_lifetime_s", "retry_after_s", "message", "advice", "provider",
        "server", "requests", "took_ms", "evidence",
    }  # fmt: skip
    assert told["requests"] == len(told["evidence"]) == 4
    step = {"to", "method", "path", "status", "code", "took_ms", "message"}
    assert all(set(line) >= step for line in told["evidence"])


GITLAB = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="container_registry"'


def gitlab(*scopes: str) -> Script:
    """A GitLab whose token holds these scopes."""
    told = body(200, {"active": True, "scopes": list(scopes)})
    return lambda request: (
        told
        if request.path.endswith("/self")
        else token()
        if request.path.endswith("/jwt/auth")
        else body(200, {})
        if request.authorization
        else challenge(GITLAB)
    )


def test_rights_that_are_not_needed_and_a_short_life_are_told(run: Run) -> None:
    asked = (*ASKED, "--provider", "gitlab", "--need", "push")
    script, glpat = gitlab("api", "read_registry"), b"glpat-MADEUPMADEUPMADEUP12"
    told = run(*asked, password=glpat, script=script).out
    assert "more than is needed: api" in told
    assert "its sign-in's tokens live 5 minutes" in told
    assert "unauthorized: authentication required" in told
    report = run(*asked, "--json", password=glpat, script=script).json()
    assert (report["outcome"], report["excess"]) == ("valid", ["api"])


def test_a_job_token_is_said_to_end_soon(run: Run) -> None:
    asked = (*ASKED, "--provider", "gitlab")
    told = run(*asked, password=b"glcbt-64_MADEUPMADEUP12", script=gitlab()).out
    assert "ends: soon, by design" in told
    assert told.index("ends with its job") < told.index("GET https://registry.example.org")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("registry.example.org",),
        ("registry.example.org", "--username", "made-up"),
        (*ASKED, "--need", "everything"),
        (*ASKED, "--provider", "nobody"),
        (*ASKED, "--repository", "Not//Good"),
        (*ASKED, "--allow-private", "nonsense/99"),
        (*ASKED, "--allow-private", "169.254.169.254/32:80"),
        (*ASKED, "--trust-sign-in", "user@host"),
        (*ASKED, "--ca-file", "/nowhere/at-all.pem"),
        (*ASKED, "--expires-on", "soon"),
        ("user@registry.example.org", "--username", "made-up", "--password-stdin"),
        ("http://registry.example.org", "--username", "made-up", "--password-stdin"),
        ("registry.example.org", "--username", "made:up", "--password-stdin"),
        ("registry.example.org", "--username", "", "--password-stdin"),
        ("registry.example.org", "--no-such-option"),
    ],
)
def test_wrong_usage_is_64_and_one_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert said.status == 64
    assert said.out == ""
    assert said.err.strip()


@pytest.mark.parametrize(
    "password",
    [b"", b"\xff\xfe", b"two\nlines", b"x" * 2_000_000, b"Bearer made-up-token-1"],
)
def test_a_password_that_cannot_be_one_is_wrong_usage(run: Run, password: bytes) -> None:
    assert run(*ASKED, password=password, script=bearer(token())).status == 64


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ((PASSWORD * 2).encode(), "pasted twice"),
        (b"$$REGISTRY_PASSWORD\n", "name of a variable"),
        (b"cm9ib3Q6bWFkZS11cC1wYXNzd29yZC0x", "auth field"),
        (b'{"auths": {}}', "docker config"),
    ],
)
def test_a_doubtful_password_is_warned_about_and_judged(
    run: Run, password: bytes, words: str
) -> None:
    for script, status in ((bearer(token()), 0), (bearer(refusal(401, "UNAUTHORIZED")), 1)):
        said = run(*ASKED, password=password, script=script)
        assert said.status == status
        assert words in said.err
        assert said.err.startswith("check_login: warning: password: ")
        assert words not in said.out


@pytest.mark.parametrize("username", ["made-up ", " made-up", "made-up\n", "made-up\t", "\u00a0x"])
def test_reported_a_blank_around_the_user_name_is_told(run: Run, username: str) -> None:
    said = run("registry.example.org", "--username", username, "--password-stdin")
    assert said.status == 64
    assert "--username: there is a space or line break around the user name" in said.err


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (b"made up\n", "made up"),
        (b"made up\r\n", "made up"),
        (b" made up ", " made up "),
        (b"made up \n", "made up "),
        (b"made up\n\n", "made up"),
        ("\ufeffmade up".encode(), "made up"),
    ],
)
def test_only_the_end_of_a_line_is_no_part_of_a_password(run: Run, typed: bytes, sent: str) -> None:
    shown: list[object] = []

    def bought(request: Request) -> Response:
        shown.append(request.authorization)
        return bearer(token())(request)  # type: ignore[return-value]  # an answer

    assert run(*ASKED, password=typed, script=bought).status == 0
    assert Basic("made-up", Secret(sent)) in shown


def test_a_sign_in_host_that_is_trusted_gets_the_login(run: Run) -> None:
    stranger = 'Bearer realm="https://signin.example.net/token"'
    script: Script = lambda request: (  # noqa: E731  # a registry in one line
        refusal(401, "UNAUTHORIZED")
        if is_made_up(request)
        else token()
        if request.origin == Origin("https", "signin.example.net", 443)
        else body(200, {})
        if request.authorization
        else challenge(stranger)
    )
    asked = run(*ASKED, "--json", script=script)
    assert (asked.status, asked.json()["outcome"]) == (2, "distrusted_realm")
    assert asked.json()["asks"] == "https://signin.example.net"
    trusted = run(*ASKED, "--json", "--trust-sign-in", "signin.example.net", script=script)
    assert trusted.status == 0


def test_a_registry_that_lets_everybody_in_proves_nothing(run: Run) -> None:
    everybody = bearer(token(), token())
    told = run(*ASKED, script=everybody)
    assert told.status == 1
    assert told.out.startswith("registry.example.org: unproved\n")
    assert "accepts every user name and password" in told.out
    assert "It accepts a made-up login too." in told.out
    assert run(*ASKED, "--json", script=everybody).json()["outcome"] == "unproved"


def test_a_registry_that_refuses_a_made_up_login_is_valid_and_the_login_is_named(run: Run) -> None:
    told = run(*ASKED, script=bearer(token()))
    assert told.status == 0
    assert "It refuses a made-up login, as it should." in told.out


def test_no_probe_sends_no_made_up_login(run: Run) -> None:
    sent: list[Request] = []

    def counted(request: Request) -> Response:
        sent.append(request)
        return bearer(token(), token())(request)  # type: ignore[return-value]  # an answer

    told = run(*ASKED, "--no-probe", script=counted)
    assert (told.status, len(sent)) == (0, 3)
    assert not any(map(is_made_up, sent))


@pytest.mark.parametrize("server", ["ghcr.io", "registry.gitlab.com"])
def test_a_known_provider_gets_no_made_up_login(run: Run, server: str) -> None:
    sent: list[Request] = []

    def counted(request: Request) -> Response:
        sent.append(request)
        return body(200, {}) if request.authorization else challenge("Basic realm=x")

    run(server, *ASKED[1:], script=counted)
    assert sent
    assert not any(map(is_made_up, sent))


def test_a_refused_login_is_followed_by_no_made_up_one(run: Run) -> None:
    told = run(*ASKED, "--json", script=bearer(refusal(401, "UNAUTHORIZED"))).json()
    assert "made_up" not in [step["step"] for step in told["evidence"]]


PLAIN_SIGN_IN = 'Bearer realm="http://sign-in.lan/token"'


@pytest.mark.parametrize(
    ("options", "status", "outcome"),
    [
        ((), 2, "broken_answer"),
        (("--trust-sign-in", "sign-in.lan:80"), 2, "broken_answer"),
        (("--trust-sign-in", "http://sign-in.lan"), 0, "valid"),
        (("--trust-sign-in", "http://other.lan"), 2, "broken_answer"),
    ],
)
def test_a_plain_sign_in_at_another_name_is_named_with_its_scheme(
    run: Run, options: tuple[str, ...], status: int, outcome: str
) -> None:
    there = Origin("http", "sign-in.lan", 80)
    script: Script = lambda request: (  # noqa: E731  # a registry in one line
        (refusal(401, "UNAUTHORIZED") if is_made_up(request) else token())
        if request.origin == there
        else body(200, {})
        if request.authorization
        else challenge(PLAIN_SIGN_IN)
    )
    asked = ("http://registry.lan", "--username", "made-up", "--password-stdin", "--allow-http")
    told = run(*asked, "--json", *options, script=script)
    assert (told.status, told.json()["outcome"]) == (status, outcome)


def test_a_fault_of_ours_is_no_verdict(run: Run) -> None:
    def broken(request: object) -> Response:
        raise RuntimeError(PASSWORD)

    said = run(*ASKED, script=broken)
    assert said.status == 2
    assert "RuntimeError" in said.err


def test_it_goes_where_checks_of_this_instance_may_go(run: Run, settings: Settings) -> None:
    settings.LOCKKEEPER_ONLY_HOSTS = "registry.example.net"
    said = run("8.8.8.8", *ASKED[1:], "--json")
    assert (said.status, said.json()["outcome"]) == (2, "forbidden_address")
    settings.LOCKKEEPER_ONLY_HOSTS = "https://registry.example.net"
    said = run(*ASKED)
    assert said.status == 64
    assert "LOCKKEEPER_ONLY_HOSTS" in said.err


def test_it_goes_through_the_egress_proxy(run: Run, settings: Settings) -> None:
    with serving(say(b"HTTP/1.1 403 No\r\n\r\n", then_close=True)) as proxy:
        settings.LOCKKEEPER_PROXY = f"http://127.0.0.1:{proxy.port}"
        assert run(*ASKED).status == 2
    assert proxy.received.startswith(b"CONNECT registry.example.org:443 HTTP/1.1\r\n")
    assert len(proxy.requests) == 1


def test_neither_database_nor_queue_nor_keys_are_needed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ended = subprocess.run(
        [sys.executable, "manage.py", "check_login", "127.0.0.1:9", *ASKED[1:], "--json"],
        input=PASSWORD.encode(),
        capture_output=True,
        cwd=Path(__file__).parents[3],
        env={
            "PATH": "/usr/bin",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOCKKEEPER_DATA": str(data),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        },
        timeout=50,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr.decode()
    assert json.loads(ended.stdout)["outcome"] == "forbidden_address"
    assert not data.exists()
