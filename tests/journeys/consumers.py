"""A machine that pulls: a folder as its home, our client in its PATH, and the real tools."""

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.rules.code import ROOT
from tests.servers.docker_registry import RunningRegistry
from tests.servers.process import program

CLIENT = ROOT / "cli" / "lockkeeper_client.py"
NAMES = ("docker-credential-lockkeeper", "lockkeeper-credential-provider", "lockkeeper-preflight")
STORAGE = """[storage]
driver = "vfs"
graphroot = "{0}/images"
runroot = "{0}/run"
[storage.options.vfs]
ignore_chown_errors = "true"
"""
ENGINE = '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\ntmp_dir = "{0}/tmp"\n'


@dataclass
class Machine:
    """Where programs run, with nothing of the environment of the tests but the PATH."""

    home: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def bin(self) -> Path:
        """Programs of this machine go before those of the system."""
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def path(self) -> str:
        """Its PATH: stand-ins first, then what was installed into the home folder."""
        return f"{self.bin}:{self.home / '.local' / 'bin'}:{os.environ['PATH']}"

    def run(
        self, *command: str | Path, stdin: str = "", **env: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program in the home folder."""
        kept = {"HOME": str(self.home), "PATH": self.path}
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.home,
            env={**kept, **self.env, **env},
        )

    def install_client(self) -> None:
        """Our client under its names, run by the Python of the tests without its packages."""
        for name in NAMES:
            self.install(name, f"#!{sys.executable} -I\n{CLIENT.read_text('utf-8')}")

    def install(self, name: str, text: str) -> None:
        """A program with this text."""
        file = self.bin / name
        file.write_text(text, "utf-8")
        file.chmod(0o755)

    def has_token(self, url: str, token: str) -> None:
        """The settings of the client."""
        file = self.home / "token"
        file.write_text(token)
        file.chmod(0o600)
        self.env |= {"LOCKKEEPER_URL": url, "LOCKKEEPER_TOKEN_FILE": str(file)}

    def has_no_daemon(self) -> None:
        """Settings with which podman pulls without systemd and mounts, as root and as others."""
        for name, variable, text in (
            ("storage.conf", "CONTAINERS_STORAGE_CONF", STORAGE),
            ("containers.conf", "CONTAINERS_CONF", ENGINE),
        ):
            (self.home / name).write_text(text.format(self.home))
            self.env[variable] = str(self.home / name)

    def reads_manifest(self, server: RunningRegistry, auth_file: Path, **env: str) -> bool:
        """True if skopeo reads the manifest of team/app with this file."""
        words = ["inspect", "--raw", "--tls-verify=false", f"--authfile={auth_file}"]
        done = self.run(program("skopeo"), *words, f"docker://{image_at(server)}", **env)
        return done.returncode == 0


def program_if_there(name: str) -> str:
    """The path of a program that no package of the tests brings; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def image_at(server: RunningRegistry) -> str:
    """The image that the tests push."""
    return f"{server.netloc}/team/app:latest"


def helper_file(folder: Path, *servers: str) -> Path:
    """A file that sends docker or podman to our helper for these servers."""
    file = folder / "helpers.json"
    file.write_text(json.dumps({"credHelpers": dict.fromkeys(servers, "lockkeeper")}))
    return file


def pull_secret(text: str) -> dict[str, dict[str, str]]:
    """The `auths` in a Kubernetes secret, given as JSON or as its base64."""
    found: dict[str, dict[str, str]] = json.loads(base64.b64decode(text))["auths"]
    return found
