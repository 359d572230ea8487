"""What the containers run besides the application does what it says."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.rules.code import ROOT
from tests.servers.process import LOOPBACK, free_port

HEALTHY = [sys.executable, str(ROOT / "deploy" / "healthy.py")]


def healthy(asked: str) -> bool:
    return subprocess.run([*HEALTHY, asked], check=False, timeout=20).returncode == 0


@pytest.mark.parametrize(("status", "expected"), [(200, True), (500, False)])
def test_a_page_is_healthy_when_it_answers_200(
    httpserver: HTTPServer, status: int, expected: bool
) -> None:
    httpserver.expect_request("/healthz").respond_with_data("ok", status=status)
    assert healthy(httpserver.url_for("/healthz")) is expected


def test_a_page_that_nobody_serves_is_not_healthy() -> None:
    assert not healthy(f"http://{LOOPBACK}:{free_port()}/healthz")


def test_a_worker_is_healthy_while_it_is_connected_to_its_queue() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert not healthy(str(port)), "somebody who listens is not connected"
        with socket.create_connection((LOOPBACK, port)):
            assert healthy(str(port))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder of its own in which the secrets were made twice."""
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "deploy")
    subprocess.run([script], check=True, capture_output=True)
    first = (tmp_path / "secrets" / "sealing_keys").read_bytes()
    subprocess.run([script], check=True, capture_output=True)
    assert (tmp_path / "secrets" / "sealing_keys").read_bytes() == first
    return tmp_path


def test_secrets_are_made_once_and_kept_from_others(made: Path) -> None:
    secrets = made / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()}
    assert modes.pop("database_password") == 0o444
    assert modes == {"secret_key": 0o400, "sealing_keys": 0o400, "database_url": 0o400}
    contents = {path.read_text() for path in secrets.iterdir()}
    assert len(contents) == 4
    password = (secrets / "database_password").read_text().strip()
    assert f":{password}@" in (secrets / "database_url").read_text()


def test_the_containers_run_as_the_owner_of_the_secrets(made: Path) -> None:
    owner = (made / "secrets" / "sealing_keys").stat()
    [line] = (made / ".env").read_text().splitlines()
    assert line == f"LOCKKEEPER_USER={owner.st_uid}:{owner.st_gid}"
    assert owner.st_uid != 0


def test_the_made_keys_start_the_application(made: Path) -> None:
    secrets = made / "secrets"
    for path in secrets.iterdir():  # the containers run as their owner, and so does this
        os.chown(path, os.geteuid(), os.getegid())
    environment = {
        "PATH": os.environ["PATH"],
        "SITE_URL": "http://localhost:8000",
        "SECRET_KEY_FILE": str(secrets / "secret_key"),
        "LOCKKEEPER_KEYS_FILE": str(secrets / "sealing_keys"),
        "DATABASE_URL": f"sqlite:///{made}/made-up.sqlite3",
        "EMAIL_URL": "smtp://mail:1025",
        "LOCKKEEPER_DATA": str(made / "data"),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_static_files_are_collected_without_any_key(tmp_path: Path) -> None:
    """The image is built without secrets."""
    environment = {"PATH": os.environ["PATH"], "LOCKKEEPER_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--dry-run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
