"""Debian's docker-registry, a real registry for checks of our verdicts."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt

from tests.servers.process import LOOPBACK, Program, answers, free_port, program, running
from tests.servers.tls import Certificate


@dataclass(frozen=True)
class TokenAuth:
    """The settings of the registry for its token server."""

    realm: str
    service: str
    issuer: str
    cert_bundle: Path


@dataclass(frozen=True)
class RunningRegistry:
    """Its address, and the program for tests that stop it."""

    host: str
    port: int
    tls: Certificate | None
    program: Program

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.netloc}"


def _htpasswd(folder: Path, people: Mapping[str, str]) -> Path:
    """The registry reads bcrypt only; the lowest cost keeps tests quick."""
    path = folder / "htpasswd"
    lines = [
        f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=4)).decode()}\n"
        for name, password in people.items()
    ]
    path.write_text("".join(lines))
    return path


def _auth(
    folder: Path, htpasswd: Mapping[str, str] | None, token: TokenAuth | None
) -> dict[str, Any]:
    if htpasswd is not None:
        path = str(_htpasswd(folder, htpasswd))
        return {"auth": {"htpasswd": {"realm": "made-up realm", "path": path}}}
    if token is not None:
        asked = {"realm": token.realm, "service": token.service, "issuer": token.issuer}
        return {"auth": {"token": asked | {"rootcertbundle": str(token.cert_bundle)}}}
    return {}


def _config(
    folder: Path, port: int, auth: Mapping[str, Any], tls: Certificate | None
) -> dict[str, Any]:
    http: dict[str, Any] = {"addr": f"{LOOPBACK}:{port}", "secret": "made-up-http-secret"}
    if tls is not None:
        http["tls"] = {"certificate": str(tls.chain), "key": str(tls.key)}
    return {
        "version": "0.1",
        "log": {"level": "info", "formatter": "text"},
        "storage": {"filesystem": {"rootdirectory": str(folder / "blobs")}},
        "http": http,
        **auth,
    }


@contextlib.contextmanager
def registry(
    tmp_path: Path,
    *,
    htpasswd: Mapping[str, str] | None = None,
    token: TokenAuth | None = None,
    tls: Certificate | None = None,
    port: int | None = None,
) -> Iterator[RunningRegistry]:
    """Run a registry: open, with passwords, or with a token server."""
    at = port or free_port()
    folder = tmp_path / f"registry-{at}"
    folder.mkdir(exist_ok=True)
    config = folder / "config.yml"
    # JSON is valid YAML.
    config.write_text(json.dumps(_config(folder, at, _auth(folder, htpasswd, token), tls)))
    env = {"OTEL_TRACES_EXPORTER": "none"}
    command = [program("docker-registry"), "serve", config]
    with running(command, folder=folder, env=env) as server:
        server.wait_until(lambda: answers(at))
        yield RunningRegistry(LOOPBACK, at, tls, server)
