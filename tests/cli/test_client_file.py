"""The client's file by itself: its limit of time, and the Python that it needs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_client import CLIENT, HELPER, KUBELET, PREFLIGHT, SERVER, Installed, request
from tests.rules.code import ROOT
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.wire import Answer

LOGIN = b'{"username": "ci-robot", "password": "made-up-password-1", "seconds_left": null}'
ENDLESS_S = 3600
TOO_SLOW = "Lockkeeper at 127.0.0.1 does not answer within 0.5 seconds.\n"
SLOW = {
    "it never answers": Answer(200, LOGIN, delay_s=ENDLESS_S),
    "the body drips": Answer(200, b" " * ENDLESS_S * 20, drip_s=0.05),
}


def hasty(folder: Path, url: str) -> Installed:
    """The client with a limit of half a second, and with longer pauses."""
    text = CLIENT.read_text("utf-8")
    for line, shorter in (("SECONDS = 10", "SECONDS = 0.5"), ("PAUSE = 2", "PAUSE = 0.8")):
        assert text.count(f"\n{line}\n") == 1
        text = text.replace(f"\n{line}\n", f"\n{shorter}\n")
    file = folder / "hasty.py"
    file.write_text(text, "utf-8")
    return Installed(folder, url, "lkk_made-up", file=file)


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize(
    ("name", "words", "code"),
    [(HELPER, ["get"], 1), (KUBELET, ["get"], 1), (PREFLIGHT, [f"{SERVER}/app"], 2)],
    ids=["helper", "kubelet", "preflight"],
)
def test_a_call_ends_within_its_limit(
    tmp_path: Path, answer: Answer, name: str, words: list[str], code: int
) -> None:
    stdin = request(f"{SERVER}/app") if name == KUBELET else SERVER
    with Loopback(lambda _asked: answer) as server:
        done = hasty(tmp_path, server.url).run(name, *words, stdin=stdin)
    assert done.returncode == code
    assert done.stdout + done.stderr == TOO_SLOW
    assert (name == HELPER) is bool(done.stdout), "docker reads standard output alone"


def test_a_preflight_may_pause_for_longer_than_a_call_may_take(tmp_path: Path) -> None:
    bodies = [b'{"items": [%s]}' % item(works) for works in (b"pending", b"pending", b"yes")]
    with Loopback(lambda _asked: Answer(200, bodies.pop(0))) as server:
        done = hasty(tmp_path, server.url).run(PREFLIGHT, f"{SERVER}/app")
    assert (done.returncode, done.stderr, bodies) == (0, "", [])
    assert done.stdout.startswith("yes")


def item(works: bytes) -> bytes:
    shown = (works, SERVER.encode())
    return b'{"works": "%s", "image": "%s/app", "credential": null, "words": "w"}' % shown


def test_the_file_is_python_3_9() -> None:
    assert ast.parse(CLIENT.read_text("utf-8"), feature_version=(3, 9)).body


def ruff(*words: str) -> str:
    """What ruff finds in the client, for Python 3.9."""
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("ruff")), "check", "--isolated", "--no-cache"),
            *("--target-version=py39", "--output-format=concise", *words),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout if done.returncode else ""


def test_ruff_finds_nothing_that_python_3_9_does_not_know(tmp_path: Path) -> None:
    """Syntax of later versions, and annotations that Python 3.9 would fail to evaluate."""
    assert ruff("--select=E9,F,FA102", str(CLIENT)) == ""
    newer = tmp_path / "newer.py"
    newer.write_text("match 1:\n    case 1:\n        x: int | None = None\n")
    assert "3.9" in ruff("--select=E9,F,FA102", str(newer))
