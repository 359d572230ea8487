"""The client in one file, as docker and the kubelet call it, against a real product."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from credentials_app.services.actions import pause_credential
from registry.outcome import Outcome
from tests.api.calls import token_for
from tests.credentials_app import scenes
from tests.rules.code import ROOT
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.wire import Answer
from workspaces.rights.seat import Seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
CLIENT = ROOT / "cli" / "lockkeeper_client.py"
HELPER, KUBELET, PREFLIGHT = (
    "docker-credential-lockkeeper",
    "lockkeeper-credential-provider",
    "lockkeeper-preflight",
)
NOT_FOUND = "credentials not found in native keychain"
SERVER = "registry.example.org"
V1 = "credentialprovider.kubelet.k8s.io/v1"


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.fixture
def seat() -> Seat:
    return scenes.seat()


class Installed:
    """The file under its names, with a token, for a product at this address."""

    def __init__(self, folder: Path, url: str, token: str, *, file: Path = CLIENT) -> None:
        for name in (HELPER, KUBELET, PREFLIGHT):
            (folder / name).symlink_to(file)
        self.token = folder / "token"
        self.token.write_text(token)
        self.token.chmod(0o600)
        self.folder = folder
        self.env = {"LOCKKEEPER_URL": url, "LOCKKEEPER_TOKEN_FILE": str(self.token)}

    def run(
        self, name: str, *words: str, stdin: str = "", **env: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-I", str(self.folder / name), *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.env, **env},
        )


@pytest.fixture
def client(tmp_path: Path, seat: Seat, live_server: Any) -> Installed:
    return Installed(tmp_path, live_server.url, token_for(seat.user, seat.workspace))


def test_get_answers_three_strings(client: Installed, seat: Seat) -> None:
    scenes.stored(by=seat)
    done = client.run(HELPER, "get", stdin=SERVER)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "ServerURL": SERVER,
        "Username": "ci-robot",
        "Secret": scenes.PASSWORD,
    }


def test_only_what_is_not_there_is_not_found(client: Installed, seat: Seat) -> None:
    done = client.run(HELPER, "get", stdin="registry.example.net")
    assert (done.returncode, done.stdout.strip()) == (1, NOT_FOUND)
    pause_credential(seat, scenes.stored(by=seat))
    done = client.run(HELPER, "get", stdin=f"{SERVER}\n")
    assert done.returncode == 1
    assert done.stdout.strip() == "Lockkeeper answers 409: It is paused. Resume it first."
    client.token.write_text("lkk_made-up")
    assert "401" in client.run(HELPER, "get", stdin=SERVER).stdout


@pytest.mark.parametrize("action", ["store", "erase"])
def test_store_and_erase_are_refused_with_one_sentence(client: Installed, action: str) -> None:
    done = client.run(HELPER, action, stdin="{}")
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert "read-only" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "start"),
    [
        (["list"], 0, "{}"),
        (["version"], 0, f"{HELPER} (lockkeeper)"),
        (["-h"], 0, "Usage"),
        ([], 1, "Usage"),
        (["get", "more"], 1, "Usage"),
        (["sing"], 1, f"{HELPER}: unknown action: sing"),
        (["get"], 1, "no credentials server URL"),
    ],
)
def test_the_protocol_of_helpers(
    client: Installed, words: list[str], code: int, start: str
) -> None:
    done = client.run(HELPER, *words)
    assert (done.returncode, done.stdout.startswith(start)) == (code, True), done.stdout


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, body=b"<h1>not found</h1>"),
        Answer(404, body=b'{"error": "no"}'),
        Answer(302, headers=(("Location", "http://127.0.0.1:9/"),)),
        Answer(500, body=b""),
        Answer(200, body=b"hello"),
        Answer(200, body=b"{}"),
    ],
    ids=lambda answer: str(answer.status),
)
def test_an_outage_is_never_not_found(tmp_path: Path, answer: Answer) -> None:
    with Loopback(lambda _asked: answer) as server:
        done = Installed(tmp_path, server.url, "lkk_made-up").run(HELPER, "get", stdin=SERVER)
    assert done.returncode == 1
    assert done.stdout.strip()
    assert NOT_FOUND not in done.stdout
    assert "lkk_made-up" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"LOCKKEEPER_URL": "http://lockkeeper.example.org"}, "must begin with https://"),
        ({"LOCKKEEPER_URL": "lockkeeper"}, "must be like https://"),
        ({"LOCKKEEPER_URL": ""}, "Set LOCKKEEPER_URL"),
        ({"LOCKKEEPER_URL": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"LOCKKEEPER_TOKEN_FILE": "/nowhere"}, "cannot be read"),
    ],
)
def test_wrong_settings_are_named(client: Installed, env: dict[str, str], words: str) -> None:
    done = client.run(HELPER, "get", stdin=SERVER, **env)
    assert (done.returncode, words in done.stdout) == (1, True), done.stdout


def test_the_settings_stand_in_a_file(client: Installed, seat: Seat) -> None:
    scenes.stored(by=seat)
    folder = client.folder / ".config" / "lockkeeper"
    folder.mkdir(parents=True)
    file, url = folder / "client.json", client.env.pop("LOCKKEEPER_URL")
    file.write_text(json.dumps({"url": url, "token_file": "~/token"}))
    file.chmod(0o644)
    client.env.pop("LOCKKEEPER_TOKEN_FILE")
    assert "chmod 600" in client.run(HELPER, "get", stdin=SERVER).stdout
    file.chmod(0o600)
    done = client.run(HELPER, "get", stdin=SERVER)
    assert json.loads(done.stdout)["Secret"] == scenes.PASSWORD


def test_a_token_that_others_can_read_is_refused(client: Installed) -> None:
    client.token.chmod(0o644)
    assert "chmod 600" in client.run(HELPER, "get", stdin=SERVER).stdout


def request(image: str, **more: str) -> str:
    asked = {"apiVersion": V1, "kind": "CredentialProviderRequest", "image": image, **more}
    return json.dumps(asked)


def test_the_kubelet_gets_the_login_of_the_image(client: Installed, seat: Seat) -> None:
    scenes.stored(by=seat, repository="team")
    image = f"{SERVER}/team/app"
    done = client.run(KUBELET, "get", stdin=request(image))
    assert json.loads(done.stdout) == {
        "apiVersion": V1,
        "kind": "CredentialProviderResponse",
        "cacheKeyType": "Image",
        "cacheDuration": "600s",
        "auth": {image: {"username": "ci-robot", "password": scenes.PASSWORD}},
    }
    nothing = json.loads(client.run(KUBELET, "get", stdin=request("nginx")).stdout)
    assert "auth" not in nothing
    assert nothing["cacheDuration"] == "0s"


def test_the_kubelet_is_told_errors_on_standard_error(client: Installed, seat: Seat) -> None:
    scenes.checked(scenes.stored(by=seat), Outcome.REVOKED)
    for asked in (request(f"{SERVER}/app"), request("x", apiVersion="v9"), "no json"):
        done = client.run(KUBELET, "get", stdin=asked)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.VALID, 0), (Outcome.REVOKED, 1), (Outcome.UNPROVED, 2)]
)
def test_a_preflight_exits_by_what_it_was_told(
    client: Installed, seat: Seat, outcome: Outcome, code: int
) -> None:
    scenes.checked(scenes.stored(by=seat), outcome)
    done = client.run(PREFLIGHT, f"{SERVER}/team/app:1.4")
    assert done.returncode == code, done.stderr
    assert "deploy" in done.stdout
    assert client.run(PREFLIGHT).returncode == 2
    assert client.run(PREFLIGHT, "nginx", LOCKKEEPER_URL="http://127.0.0.1:9").returncode == 2
