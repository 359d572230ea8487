"""`check_login --config` on a file that skopeo wrote, after what happened to its logins since."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.docker_registry import registry
from tests.servers.process import closed, program
from tests.servers.skopeo import Person
from tests.servers.tls import certificate
from tests.stand_ins.conftest import world
from tests.stand_ins.world import World

pytestmark = pytest.mark.one_database

__all__ = ["world"]  # the furnished GitLab, as a fixture

ROOT = Path(__file__).parents[2]
ANNA = Person("anna", "made-up-password-1")
WRONG = Person("anna", "made-up-wrong-password")
HTTP = ("--tls-verify=false",)


def signed_in(file: Path, person: Person, server: str, *options: str) -> None:
    """Sign in with skopeo, which adds the login to the file."""
    done = subprocess.run(
        [
            *(program("skopeo"), "login", f"--authfile={file}", "--password-stdin"),
            *(f"--username={person.name}", *options, server),
        ],
        input=person.password.encode(),
        capture_output=True,
        timeout=30,
        check=False,
        env={"HOME": str(file.parent), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr


def asked(*options: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own."""
    return subprocess.run(
        [
            *(sys.executable, "manage.py", "check_login"),
            *("--allow-private", "127.0.0.0/8:*", *options),
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "DJANGO_SETTINGS_MODULE": "config.settings"},
        input=stdin,
        capture_output=True,
        timeout=100,
        check=False,
    )


def test_a_file_of_skopeo_is_told_login_by_login(tmp_path: Path, world: World) -> None:
    file = tmp_path / "auth.json"
    folder = tmp_path / "registries"
    folder.mkdir()
    tls = certificate(folder)
    (folder / "certs").mkdir()
    (folder / "certs" / "ca.crt").write_text(tls.authority_pem)
    people = {ANNA.name: ANNA.password}
    token = world.state.add_token(world.anna, "read_registry")
    gitlab, web = (
        url.partition("//")[2] for url in (world.gitlab.registry_url, world.gitlab.web_url)
    )
    with (
        registry(folder, htpasswd=people, tls=tls) as secure,
        registry(folder, htpasswd=people) as stopped,
        registry(folder) as open_to_all,
    ):
        signed_in(file, ANNA, f"{secure.netloc}/team/app", f"--cert-dir={folder / 'certs'}")
        signed_in(file, ANNA, stopped.netloc, *HTTP)
        signed_in(file, WRONG, open_to_all.netloc, *HTTP)
        signed_in(file, Person("anna", token.token), gitlab, *HTTP)
        expected = {
            f"{secure.netloc}/team/app": "valid",
            stopped.netloc: "unreachable",
            open_to_all.netloc: "unproved",
            gitlab: "revoked",
        }
        assert set(json.loads(file.read_text())["auths"]) == expected.keys()
        stopped.program.stop()
        token.revoked = True
        plain = [f"--plain-http={netloc}" for netloc in (*expected,) if "/" not in netloc]
        options = [*plain, f"--trust-sign-in={web}", f"--ca-file={folder / 'certs' / 'ca.crt'}"]
        before = file.read_bytes()
        with closed(stopped.port):
            told = asked("--config", str(file), "--json", *options)
            table = asked("--config", "-", *options, stdin=before)
    assert told.returncode == table.returncode == 1, told.stderr
    rows = json.loads(told.stdout)
    assert {row["login"]: row["outcome"] for row in rows} == expected
    for netloc, outcome in expected.items():
        (line,) = (x for x in table.stdout.decode().splitlines() if x.startswith(f"{netloc} "))
        assert line.split()[:3] == [netloc, "anna", outcome]
    printed = told.stdout + told.stderr + table.stdout + table.stderr
    secrets = [ANNA.password, WRONG.password, token.token]
    secrets += [entry["auth"] for entry in json.loads(before)["auths"].values()]
    assert not any(text.encode() in printed for text in secrets)
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["auth.json", "registries"]
