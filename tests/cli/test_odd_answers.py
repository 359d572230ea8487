"""The client with a server that keeps to no contract, and with odd arguments: one sentence each."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_client import (
    HELPER,
    KUBELET,
    NOT_FOUND,
    PREFLIGHT,
    SERVER,
    Installed,
    request,
)
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.wire import Answer, Incoming

Done = subprocess.CompletedProcess[str]
IMAGE = f"{SERVER}/team/app"
INCOMPLETE = "The answer is not complete.\n"
DEEP = b"[" * 100_000
SECRET = "made-up-password-1"
LOGIN = {"username": "ci-robot", "password": SECRET, "seconds_left": None}
ITEM = {"works": "yes", "image": IMAGE, "credential": "deploy", "words": "It works."}
CODES = {HELPER: 1, KUBELET: 1, PREFLIGHT: 2}
NOT_OURS = "127.0.0.1 answers 200, and not as Lockkeeper does.\n"


def asked(folder: Path, name: str, answer: Answer, *images: str) -> Done:
    """What the program does with this answer."""
    words = list(images or [IMAGE]) if name == PREFLIGHT else ["get"]
    stdin = request(IMAGE) if name == KUBELET else SERVER
    with Loopback(lambda _asked: answer) as server:
        return Installed(folder, server.url, "lkk_made-up").run(name, *words, stdin=stdin)


def failed(name: str, done: Done) -> str:
    """The sentence of the failure, and nothing more: no password, no traceback."""
    shown, silent = (done.stdout, done.stderr)
    if name != HELPER:
        shown, silent = silent, shown
    assert (done.returncode, silent) == (CODES[name], ""), shown
    assert SECRET not in shown
    assert shown.count("\n") == 1
    return shown


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("body", [DEEP, b'{"items": ' + DEEP], ids=["deep", "deep inside"])
def test_deep_json_is_not_lockkeepers(tmp_path: Path, name: str, body: bytes) -> None:
    assert failed(name, asked(tmp_path, name, Answer(body=body))) == NOT_OURS


@pytest.mark.parametrize("name", [HELPER, KUBELET])
@pytest.mark.parametrize(
    "change",
    [
        {"username": None},
        {"username": ["ci"]},
        {"password": 5},
        {"password": {"a": SECRET}},
        {"password": None},
        {"password": True},
    ],
    ids=str,
)
def test_a_login_is_two_texts(tmp_path: Path, name: str, change: dict[str, Any]) -> None:
    answer = Answer(body=json.dumps({**LOGIN, **change}).encode())
    assert failed(name, asked(tmp_path, name, answer)) == INCOMPLETE


@pytest.mark.parametrize("left", ["Infinity", "-Infinity", "NaN", "1e999", '"soon"', "[]"])
def test_the_seconds_that_are_left_are_a_number(tmp_path: Path, left: str) -> None:
    body = json.dumps(LOGIN).replace("null", left).encode()
    assert failed(KUBELET, asked(tmp_path, KUBELET, Answer(body=body))) == INCOMPLETE


@pytest.mark.parametrize(("left", "lasts"), [("1e300", "600s"), ("9" * 400, "600s"), ("-5", "0s")])
def test_no_number_makes_an_answer_last_for_long(tmp_path: Path, left: str, lasts: str) -> None:
    body = json.dumps(LOGIN).replace("null", left).encode()
    done = asked(tmp_path, KUBELET, Answer(body=body))
    assert json.loads(done.stdout)["cacheDuration"] == lasts


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ITEM.items() if key != name}


@pytest.mark.parametrize(
    "items",
    [
        None,
        5,
        "y",
        {},
        {"0": ITEM},
        [],
        [ITEM, ITEM],
        [None],
        ["yes"],
        [[]],
        *([without(name)] for name in ITEM),
        *([{**ITEM, name: None}] for name in ITEM if name != "credential"),
        [{**ITEM, "works": 1}],
        [{**ITEM, "credential": ["deploy"]}],
        [{**ITEM, "image": f"{SERVER}/team/other"}],
        [{**ITEM, "image": f"{SERVER}/app"}],
        [{**ITEM, "image": "registry.example.net/team/app"}],
        [{**ITEM, "image": "docker.io/team/app"}],
        [{**ITEM, "image": ""}],
    ],
    ids=str,
)
def test_a_preflight_has_one_whole_item_for_each_image(tmp_path: Path, items: object) -> None:
    answer = Answer(body=json.dumps({"items": items}).encode())
    assert failed(PREFLIGHT, asked(tmp_path, PREFLIGHT, answer)) == INCOMPLETE


@pytest.mark.parametrize("order", [(0, 0), (1, 0), (0,), (0, 1, 1)])
def test_the_items_are_those_of_the_images(tmp_path: Path, order: tuple[int, ...]) -> None:
    both = (ITEM, {**ITEM, "image": f"{SERVER}/b"})
    answer = Answer(body=json.dumps({"items": [both[number] for number in order]}).encode())
    done = asked(tmp_path, PREFLIGHT, answer, IMAGE, f"{SERVER}/b")
    assert failed(PREFLIGHT, done) == INCOMPLETE


DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "told"),
    [
        (f"{IMAGE}:1.4", IMAGE),
        (f"{IMAGE}@{DIGEST}", IMAGE),
        (f"docker://Registry.Example.ORG/team/app:1.4@{DIGEST}", IMAGE),
        ("registry.example.org:5000/a:1", "registry.example.org:5000/a"),
        ("localhost/a/b/c", "localhost/a/b/c"),
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.27", "docker.io/library/nginx"),
        ("team/app", "docker.io/team/app"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("index.docker.io/library/nginx:1", "docker.io/library/nginx"),
    ],
)
def test_lockkeeper_names_an_image_in_full(tmp_path: Path, image: str, told: str) -> None:
    answer = Answer(body=json.dumps({"items": [{**ITEM, "image": told}]}).encode())
    done = asked(tmp_path, PREFLIGHT, answer, image)
    assert (done.returncode, done.stderr) == (0, "")


ODD = "It\x1b[31m works\n\r\x07\x9b\u2028\u202e."


def test_a_preflight_prints_only_what_can_be_printed(tmp_path: Path) -> None:
    item = {**ITEM, "credential": "de\x1bploy\n", "words": ODD}
    answer = Answer(body=json.dumps({"items": [item]}).encode())
    done = asked(tmp_path, PREFLIGHT, answer)
    assert done.stdout == f"yes      {IMAGE}  deploy  It[31m works.\n"
    odd = Answer(body=json.dumps({"items": [{**ITEM, "works": "yes\x1b"}]}).encode())
    assert asked(tmp_path_of(tmp_path), PREFLIGHT, odd).returncode == 2


def tmp_path_of(folder: Path) -> Path:
    """Another folder, for another client."""
    made = folder / "other"
    made.mkdir()
    return made


def problem(status: int, **more: Any) -> Answer:
    return Answer(status, json.dumps({"code": "invalid", "title": "Wrong.", **more}).encode())


FIRST = {"pointer": "/images/0", "code": "image_empty", "detail": "Name an image."}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"errors": [FIRST, {**FIRST, "pointer": "/b"}]}, "images/0: Name an image."),
        ({"errors": [{**FIRST, "detail": ODD}]}, "images/0: It[31m works."),
        ({"errors": [{"detail": "No."}], "detail": "Values."}, "No."),
        ({"errors": [{"pointer": "/a"}], "detail": "Values."}, "Values."),
        ({"errors": [], "detail": "Values."}, "Values."),
        ({"errors": ["x"], "detail": "Values."}, "Values."),
        ({"errors": {"0": 1}, "detail": "Values."}, "Values."),
        ({"errors": None}, "Wrong."),
        ({"errors": [{**FIRST, "detail": "x" * 5000}]}, f"images/0: {'x' * 290}"),
    ],
    ids=range(9),
)
def test_a_wrong_value_is_named(
    tmp_path: Path, name: str, more: dict[str, Any], words: str
) -> None:
    done = asked(tmp_path, name, problem(422, **more))
    assert failed(name, done) == f"Lockkeeper answers 422: {words}\n"


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("code", ["workspace_not_found", "found_not", "Not_found"])
def test_only_the_code_not_found_means_that_there_is_no_credential(
    tmp_path: Path, name: str, code: str
) -> None:
    answer = problem(404, code=code, detail="No such workspace for this token.")
    said = failed(name, asked(tmp_path, name, answer))
    assert said == "Lockkeeper answers 404: No such workspace for this token.\n"
    assert NOT_FOUND not in said


@pytest.mark.parametrize(
    "url",
    [
        "http://127.evil.example",
        "http://127.0.0.1.nip.io",
        "http://localhost.example.org",
        "http://127.0.0.1@lockkeeper.example.org",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://127.1",
    ],
)
def test_plain_http_is_for_this_machine_alone(tmp_path: Path, url: str) -> None:
    done = Installed(tmp_path, url, "lkk_made-up").run(HELPER, "get", stdin=SERVER)
    assert failed(HELPER, done) == "LOCKKEEPER_URL must begin with https://.\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "[::1]", "LOCALHOST"])
def test_this_machine_is_asked_by_plain_http(tmp_path: Path, host: str) -> None:
    done = Installed(tmp_path, f"http://{host}:9", "lkk_made-up").run(HELPER, "get", stdin=SERVER)
    assert "cannot be reached" in failed(HELPER, done)


@pytest.mark.parametrize("age", ["²", "٣", "-1", "1.5", "", "9" * 5000])
def test_an_age_is_a_number_of_minutes(tmp_path: Path, age: str) -> None:
    client = Installed(tmp_path, "http://127.0.0.1:9", "lkk_made-up")
    done = client.run(PREFLIGHT, "--max-age-minutes", age, IMAGE, PYTHONIOENCODING="utf-8")
    assert failed(PREFLIGHT, done).startswith("Usage: ")


def test_an_age_that_is_a_number_is_sent(tmp_path: Path) -> None:
    bodies = []

    def handle(incoming: Incoming) -> Answer:
        bodies.append(json.loads(incoming.body))
        return Answer(body=json.dumps({"items": [ITEM]}).encode())

    with Loopback(handle) as server:
        client = Installed(tmp_path, server.url, "lkk_made-up")
        done = client.run(PREFLIGHT, "--max-age-minutes", "30", IMAGE)
    assert (done.returncode, bodies[0]["max_age_minutes"]) == (0, 30)


@pytest.mark.parametrize("stdin", [DEEP.decode(), "[]", "null", '"x"', "{}", "\ud800"])
def test_a_request_of_the_kubelet_that_is_none(tmp_path: Path, stdin: str) -> None:
    client = Installed(tmp_path, "http://127.0.0.1:9", "lkk_made-up")
    text = stdin.encode("utf-8", "surrogatepass").decode("latin-1")
    assert failed(KUBELET, client.run(KUBELET, stdin=text))


@pytest.mark.parametrize("text", [DEEP.decode(), "[]", "5", '{"url": 5}', '{"url": ["a"]}'])
def test_settings_that_are_none(tmp_path: Path, text: str) -> None:
    client = Installed(tmp_path, "", "lkk_made-up")
    file = tmp_path / "client.json"
    file.write_text(text)
    file.chmod(0o600)
    done = client.run(HELPER, "get", stdin=SERVER, LOCKKEEPER_CONFIG=str(file))
    assert failed(HELPER, done)
