"""bench.sweep needs no Debian package for SQLite, and names those that its other half lacks."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from bench import at_rest, sweep
from tests.servers.process import program


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The backends that the bench measures on a machine without any program in PATH."""
    names: list[str] = []

    @contextmanager
    def backend() -> Iterator[dict[str, str]]:
        yield {}

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sweep, "embedded", backend)
    monkeypatch.setattr(sweep, "grown_up", backend)
    monkeypatch.setattr(sweep, "show", lambda name, *_: names.append(name))
    monkeypatch.setattr(at_rest, "show", lambda: None)
    monkeypatch.setitem(sweep.NEEDED, "postgresql", lambda: program("postgres"))
    return names


def test_the_embedded_half_needs_no_program_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with sweep.embedded() as environment:
        assert "REDIS_URL" not in environment
        assert "DATABASE_URL" not in environment
        socket = f"{environment['LOCKKEEPER_DATA']}/run/queue.sock"
        with redis.Redis(unix_socket_path=socket) as queue:
            assert queue.ping()


def test_what_is_not_installed_is_named_and_left_out(
    shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    sweep.main(["10"])
    said = capsys.readouterr().out
    assert shown == [sweep.EMBEDDED]
    assert f"{sweep.GROWN_UP}: not measured; not installed: postgresql, redis-server" in said
    assert "skopeo is not installed: nothing to compare with" in said


def test_what_is_installed_is_measured(shown: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for package in sweep.NEEDED:
        monkeypatch.setitem(sweep.NEEDED, package, lambda: "")
    sweep.main(["10"])
    assert shown == [sweep.EMBEDDED, sweep.GROWN_UP]
