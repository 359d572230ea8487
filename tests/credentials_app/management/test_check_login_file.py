"""The command that checks each login of a file: its table, its exit status, its usage."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from credentials_app.management.commands import check_login
from registry.protocol.http import Basic, Request, Response
from tests.registry.login_files.files import PASSWORD, auths, packed, secret
from tests.registry.scripted import Script, ScriptedNetwork, body, challenge, refusal, token

REALM = 'Bearer realm="https://{host}/token",service="x"'


@dataclass
class Printed:
    """The exit status, and what was printed to each stream."""

    status: int
    out: str
    err: str


Run = Callable[..., Printed]


class _Played(ScriptedNetwork):
    def __enter__(self) -> "_Played":
        return self

    def __exit__(self, *end: object) -> None:
        return None


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: str, script: Script | None = None, stdin: bytes = b"") -> Printed:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        if script is not None:
            monkeypatch.setattr(check_login, "Network", lambda *a, **k: _Played(script))
        with pytest.raises(SystemExit) as end:
            check_login.Command().run_from_argv(["manage.py", "check_login", *arguments])
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        assert PASSWORD not in told.out + told.err
        assert packed(f"ci:{PASSWORD}") not in told.out + told.err
        return Printed(end.value.code, told.out, told.err)

    return run_it


class Registries:
    """Registries that know one password, or ask to wait; ``sent`` are the logins they got.

    ``made_up`` are the hosts that got a made-up one, ``stranger`` is the answer to it.
    """

    def __init__(self, *, waits: bool = False, stranger: Response | None = None) -> None:
        self.sent: list[str] = []
        self.made_up: list[str] = []
        self.waits = waits
        self.stranger = stranger or refusal(401, "UNAUTHORIZED", "no")

    def __call__(self, request: Request) -> Response:
        if request.path != "/token":
            realm = REALM.format(host=request.origin.netloc)
            return body(200, {}) if request.authorization else challenge(realm)
        assert isinstance(request.authorization, Basic)
        if request.authorization.username.startswith("made-up-"):
            self.made_up.append(request.origin.netloc)
            return self.stranger
        self.sent.append(f"{request.authorization.username}@{request.origin.netloc}")
        if self.waits:
            return Response(429, (), b"")
        good = request.authorization.password.reveal() == PASSWORD
        return token() if good else refusal(401, "UNAUTHORIZED", "no")


def entry(password: str = PASSWORD, username: str = "ci") -> dict[str, str]:
    return {"auth": packed(f"{username}:{password}")}


def kept(tmp_path: Path, content: Any) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(content))
    return str(path)


GOOD, BAD = entry(), entry("made-up-wrong")
HELPER = {"credsStore": "desktop"}
KEPT, BROKEN = "not_checked", "broken_entry"


@pytest.mark.parametrize(
    ("content", "status", "verdicts"),
    [
        ({"auths": {"a.example.org": GOOD}}, 0, ["valid"]),
        ({"auths": {"a.example.org": BAD}}, 1, ["rejected"]),
        ({"auths": {"a.example.org": {}, "b.example.org": GOOD}, **HELPER}, 2, [KEPT, "valid"]),
        ({"auths": {"a.example.org": {}, "b.example.org": BAD}, **HELPER}, 1, [KEPT, "rejected"]),
        ({"auths": {"a.example.org": GOOD, "b.example.org": {"auth": "!"}}}, 1, ["valid", BROKEN]),
        (secret({"auths": {"a.example.org": GOOD}}), 0, ["valid"]),
    ],
)  # fmt: skip
def test_the_exit_status_is_the_worst(
    run: Run, tmp_path: Path, content: Any, status: int, verdicts: list[str]
) -> None:
    path = kept(tmp_path, content)
    told = run("--config", path, "--json", script=Registries())
    assert told.status == status, told.err
    assert [row["outcome"] for row in json.loads(told.out)] == verdicts
    table = run("--config", path, script=Registries())
    assert table.status == status
    assert len(table.out.splitlines()) == 1 + len(verdicts)


def test_a_line_of_the_table_has_login_user_verdict_and_why(run: Run, tmp_path: Path) -> None:
    content = {
        "auths": {"a.example.org/team": GOOD, "b.example.org:5000": BAD, "c.example.org": {}}
    }
    told = run("--config", kept(tmp_path, content | HELPER), script=Registries())
    head, first, second, third = told.out.splitlines()
    assert head.split() == ["LOGIN", "USER", "VERDICT", "WHY"]
    assert first.split()[:3] == ["a.example.org/team", "ci", "valid"]
    assert second.split()[:3] == ["b.example.org:5000", "ci", "rejected"]
    assert "Check user name and password" in second
    assert third.split()[:4] == ["c.example.org", "–", "not", "checked"]
    assert "desktop" in third
    places = {line.index("valid" if line is first else "rejected") for line in (first, second)}
    assert places == {head.index("VERDICT")}


def test_a_broken_entry_names_file_place_and_fix(run: Run, tmp_path: Path) -> None:
    path = kept(tmp_path, auths({"auth": "!"}))
    told = run("--config", path, script=Registries())
    assert f"{path}: auths.“registry.example.org”.auth is no base64" in told.out
    assert "Sign in again" in told.out


def test_the_file_may_come_on_standard_input(run: Run) -> None:
    stdin = json.dumps(auths(GOOD)).encode()
    assert run("--config", "-", script=Registries(), stdin=stdin).status == 0
    told = run("--config", "-", script=Registries(), stdin=b'{"auths": [')
    assert told.status == 64
    assert "standard input: it begins like JSON" in told.err


def test_a_login_that_stands_there_twice_is_sent_once(run: Run, tmp_path: Path) -> None:
    registries = Registries()
    both = {"a.example.org/one": BAD, "a.example.org/two": BAD, "https://a.example.org/v1/": BAD}
    told = run("--config", kept(tmp_path, {"auths": both}), "--json", script=registries)
    assert [row["outcome"] for row in json.loads(told.out)] == ["rejected"] * 3
    assert registries.sent == ["ci@a.example.org"]


def test_an_account_is_not_locked_out_by_a_file(run: Run, tmp_path: Path) -> None:
    registries = Registries()
    wrong = {f"a.example.org/{n}": entry(f"made-up-wrong-{n}") for n in range(5)}
    wrong["a.example.org/other"] = entry(username="other")
    told = run("--config", kept(tmp_path, {"auths": wrong}), "--json", script=registries)
    outcomes = [row["outcome"] for row in json.loads(told.out)]
    assert outcomes == ["rejected"] * 3 + ["not_checked"] * 2 + ["valid"]
    assert registries.sent == ["ci@a.example.org"] * 3 + ["other@a.example.org"]
    assert told.status == 1


def test_no_address_is_banned_by_a_file(run: Run, tmp_path: Path) -> None:
    registries = Registries()
    wrong = {f"a.example.org/{n}": entry("made-up-wrong", f"user-{n}") for n in range(12)}
    wrong["b.example.org"] = GOOD
    told = run("--config", kept(tmp_path, {"auths": wrong}), "--json", script=registries)
    outcomes = [row["outcome"] for row in json.loads(told.out)]
    assert outcomes == ["rejected"] * 10 + ["not_checked"] * 2 + ["valid"]
    assert len(registries.sent) == 11


def test_a_registry_that_asks_to_wait_gets_no_other_login(run: Run, tmp_path: Path) -> None:
    registries = Registries(waits=True)
    some = {f"a.example.org/{n}": entry(username=f"user-{n}") for n in range(3)}
    told = run("--config", kept(tmp_path, {"auths": some}), "--json", script=registries)
    assert [row["outcome"] for row in json.loads(told.out)] == ["throttled"] + ["not_checked"] * 2
    assert (told.status, len(registries.sent)) == (2, 1)


FOUR = {f"a.example.org/{n}": entry(username=f"user-{n}") for n in range(3)}
FOUR["b.example.org"] = GOOD


@pytest.mark.parametrize(
    ("stranger", "outcome"),
    [
        (refusal(401, "UNAUTHORIZED"), "valid"),
        (token(), "unproved"),
        (Response(503, (), b""), "valid"),
    ],
    ids=["refused", "let in", "a fault"],
)
def test_each_registry_gets_one_made_up_login_and_its_answer_counts_for_all(
    run: Run, tmp_path: Path, stranger: Response, outcome: str
) -> None:
    registries = Registries(stranger=stranger)
    told = run("--config", kept(tmp_path, {"auths": FOUR}), "--json", script=registries)
    assert [row["outcome"] for row in json.loads(told.out)] == [outcome] * 4
    assert len(registries.sent) == 4
    assert registries.made_up == ["a.example.org", "b.example.org"]


def test_no_probe_sends_none_for_a_file_either(run: Run, tmp_path: Path) -> None:
    registries = Registries(stranger=token())
    told = run("--config", kept(tmp_path, {"auths": FOUR}), "--no-probe", script=registries)
    assert (told.status, registries.made_up) == (0, [])


def test_a_fault_of_ours_shows_no_secret(run: Run, tmp_path: Path) -> None:
    def broken(request: Request) -> Response:
        raise RuntimeError(PASSWORD)

    told = run("--config", kept(tmp_path, auths(GOOD)), script=broken)
    assert (told.status, told.out) == (2, "")
    assert "RuntimeError" in told.err


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("registry.example.org",), "SERVER"),
        (("--username", "ci"), "--username"),
        (("--password-stdin",), "--password-stdin"),
        (("--repository", "a/b"), "--repository"),
        (("--expires-on", "2030-01-01"), "--expires-on"),
        (("--provider", "gitlab"), "--provider"),
        (("--allow-http",), "--allow-http"),
        (("--plain-http", "user@host"), "--plain-http"),
        (("--ca-file", "/nowhere/at-all.pem"), "--ca-file"),
    ],
)
def test_what_does_not_go_with_a_file_is_wrong_usage(
    run: Run, tmp_path: Path, options: tuple[str, ...], named: str
) -> None:
    told = run("--config", kept(tmp_path, auths(GOOD)), *options)
    assert (told.status, told.out) == (64, "")
    assert f"check_login: {named}: " in told.err


def test_an_option_of_files_goes_with_no_single_login(run: Run) -> None:
    told = run("a.example.org", "--username", "u", "--password-stdin", "--plain-http", "a")
    assert told.status == 64
    assert "--allow-http" in told.err


@pytest.mark.parametrize("name", ["absent.json", "", "a\0b"], ids=["absent", "folder", "zero byte"])
def test_a_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path, name: str) -> None:
    path = f"{tmp_path}/{name}"
    told = run("--config", path)
    assert told.status == 64
    assert f"{path}: it cannot be read: check its name" in told.err
