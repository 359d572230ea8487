"""skopeo and podman's files pull from a real registry with what Lockkeeper gives out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from credentials_app.exports.files import FileFormat, SecretPlace
from credentials_app.exports.leaving import export_file
from credentials_app.models import Credential, Fetch
from credentials_app.services.server_rules import set_rule
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests.api.calls import token_for
from tests.credentials_app import scenes
from tests.rules.code import ROOT
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.process import program
from tests.servers.skopeo import Person, push
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)
CI = Person("ci", 'made-up: päss "word" 1')


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningRegistry]:
    with registry(tmp_path, htpasswd={CI.name: CI.password}) as running:
        push(running, tmp_path, "team/app", person=CI)
        yield running


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    return scenes.seat()


@pytest.fixture
def row(seat: Seat, server: RunningRegistry) -> Credential:
    origin = Origin.parse(server.url)
    set_rule(seat, origin, allow_http=True, ca_pem="")
    return scenes.stored(by=seat, server=origin, username=CI.name, secret=Secret(CI.password))


def pulls(server: RunningRegistry, folder: Path, auth_file: Path, **env: str) -> bool:
    """True if skopeo reads the manifest with this file."""
    image = f"docker://{server.netloc}/team/app:latest"
    done = subprocess.run(
        [
            program("skopeo"),
            "inspect",
            "--raw",
            "--tls-verify=false",
            f"--authfile={auth_file}",
            image,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HOME": str(folder), "PATH": f"{folder}:{os.environ['PATH']}", **env},
    )
    return done.returncode == 0


@pytest.mark.parametrize("kind", [FileFormat.PODMAN, FileFormat.DOCKER])
def test_skopeo_pulls_with_an_exported_file(
    seat: Seat, row: Credential, server: RunningRegistry, tmp_path: Path, kind: FileFormat
) -> None:
    nothing, file = tmp_path / "nothing.json", tmp_path / "made.json"
    nothing.write_text("{}")
    assert not pulls(server, tmp_path, nothing)
    made = export_file(seat, [row.pk], kind, place=SecretPlace())
    file.write_text(made.body.reveal())
    assert pulls(server, tmp_path, file)


def test_skopeo_pulls_through_the_helper(
    seat: Seat, row: Credential, server: RunningRegistry, tmp_path: Path, live_server: Any
) -> None:
    helper, token, file = (
        tmp_path / "docker-credential-lockkeeper",
        tmp_path / "token",
        tmp_path / "auth.json",
    )
    helper.write_text(
        f"#!{sys.executable} -I\n" + (ROOT / "cli/lockkeeper_client.py").read_text("utf-8")
    )
    helper.chmod(0o700)
    token.write_text(token_for(seat.user, seat.workspace))
    token.chmod(0o600)
    file.write_text(json.dumps({"credHelpers": {server.netloc: "lockkeeper"}}))
    env = {"LOCKKEEPER_URL": live_server.url, "LOCKKEEPER_TOKEN_FILE": str(token)}
    assert pulls(server, tmp_path, file, **env)
    [found] = Fetch.objects.all()
    assert (found.kind, found.credential_id) == ("helper", row.pk)
