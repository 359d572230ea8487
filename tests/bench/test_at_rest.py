"""bench.at_rest finds the memory of every process of the embedded product."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from bench import at_rest


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/venv/bin/python -m config.runtime.supervisor 7", "supervisor"),
        ("valkey-server unixsocket:/data/run/queue.sock", "queue"),
        ("gunicorn: master [config.wsgi:application]", "web"),
        ("gunicorn: worker [config.wsgi:application]", "web"),
        ("[celeryd: checks-2@vm:MainProcess] -active- (worker -n checks-2@%h)", "worker checks-2"),
        ("[celery beat] -A config beat", "timetable"),
    ],
)
def test_each_process_is_named_by_what_it_runs(command: str, name: str) -> None:
    assert at_rest.name_of(command) == name


def test_the_memory_of_children_of_children_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    monkeypatch.setattr(at_rest, "pss_mb", lambda pid: float(measured.append(pid) or 1))
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', {!r}])"
    said = "print('ready', flush=True); input()"
    command = [sys.executable, "-c", child.format(said)]
    with ExitStack() as stack:
        started = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        assert started.stdout is not None
        assert started.stdout.readline() == b"ready\n"
        assert sum(at_rest.memory(started.pid).values()) == 2
        assert started.pid in measured
        started.communicate(b"\n")


def test_what_may_not_be_read_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> dict[str, float]:
        raise PermissionError

    monkeypatch.setattr(at_rest, "at_rest", refused)
    at_rest.show()
    assert "memory at rest: not measured; only root may read it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("mb", "words"),
    [
        (250, "500 MB; aim: at most 500, reached"),
        (251, "502 MB; aim: at most 500, not reached"),
    ],
)
def test_the_sum_stands_beside_its_aim(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mb: float, words: str
) -> None:
    monkeypatch.setattr(at_rest, "at_rest", lambda: {"web": mb, "queue": mb})
    at_rest.show()
    assert words in capsys.readouterr().out
