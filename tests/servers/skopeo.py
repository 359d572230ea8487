"""A handmade image, and Debian's skopeo to push it and to test logins."""

import base64
import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.servers.docker_registry import RunningRegistry
from tests.servers.process import ServerError, program

MEDIA = "application/vnd.oci.image"


@dataclass(frozen=True)
class Person:
    """The credentials that skopeo uses."""

    name: str
    password: str


def _layer() -> tuple[bytes, str]:
    """A layer with one small file, and the digest of its uncompressed content."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        content = b"made up for a test\n"
        entry = tarfile.TarInfo("hello.txt")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    return gzip.compress(packed.getvalue(), mtime=0), f"sha256:{digest}"


def _put(layout: Path, content: bytes, media_type: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(content)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def tiny_image(folder: Path) -> Path:
    """An OCI layout with one image of a few hundred bytes, tagged ``latest``."""
    layout = folder / "tiny-image"
    (layout / "blobs" / "sha256").mkdir(parents=True)
    layer, inside = _layer()
    config = {"architecture": "amd64", "os": "linux", "config": {}}
    config["rootfs"] = {"type": "layers", "diff_ids": [inside]}
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{MEDIA}.manifest.v1+json",
        "config": _put(layout, json.dumps(config).encode(), f"{MEDIA}.config.v1+json"),
        "layers": [_put(layout, layer, f"{MEDIA}.layer.v1.tar+gzip")],
    }
    entry = _put(layout, json.dumps(manifest).encode(), f"{MEDIA}.manifest.v1+json")
    entry["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    index = {"schemaVersion": 2, "manifests": [entry]}
    (layout / "index.json").write_text(json.dumps(index))
    (layout / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    return layout


def skopeo(
    registry: RunningRegistry, folder: Path, *words: str, person: Person | None = None
) -> subprocess.CompletedProcess[str]:
    """Run skopeo against ``registry``, passwords by file, never by the command line."""
    logins: dict[str, Any] = {"auths": {}}
    if person is not None:
        both = base64.b64encode(f"{person.name}:{person.password}".encode()).decode()
        logins["auths"][registry.netloc] = {"auth": both}
    auth_file = folder / "skopeo-auth.json"
    auth_file.write_text(json.dumps(logins))
    command = [program("skopeo"), "--insecure-policy", "--override-os", "linux", *words]
    command.insert(len(command) - len(words) + 1, f"--authfile={auth_file}")
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TMPDIR": str(folder)},
    )


def _trust(registry: RunningRegistry, side: str) -> str:
    if registry.tls is None:
        return f"--{side}tls-verify=false"
    certs = registry.tls.authority.parent / "skopeo-certs"
    certs.mkdir(exist_ok=True)
    (certs / "ca.crt").write_text(registry.tls.authority_pem)
    return f"--{side}cert-dir={certs}"


def push(
    registry: RunningRegistry, folder: Path, repository: str, *, person: Person | None = None
) -> None:
    """Put a tiny image into ``repository``, as tag ``latest``."""
    layout = folder / "tiny-image"
    if not layout.exists():
        tiny_image(folder)
    target = f"docker://{registry.netloc}/{repository}:latest"
    words = ["copy", _trust(registry, "dest-"), f"oci:{layout}:latest", target]
    done = skopeo(registry, folder, *words, person=person)
    if done.returncode:
        raise ServerError(f"skopeo could not push to {repository}: {done.stderr[-800:]}")


def may_pull(
    registry: RunningRegistry, folder: Path, repository: str, *, person: Person | None = None
) -> bool:
    """True if skopeo can read the image's manifest as this person."""
    source = f"docker://{registry.netloc}/{repository}:latest"
    words = ["inspect", "--raw", _trust(registry, ""), source]
    return skopeo(registry, folder, *words, person=person).returncode == 0


class Said(StrEnum):
    """The result of `skopeo login`."""

    YES = "yes"
    REFUSED = "refused"
    NO_CONNECTION = "no connection"
    WRONG_USAGE = "wrong usage"
    CANNOT_TELL = "cannot tell"  # an answer that is neither a yes nor a refusal


SIGNS = {
    "invalid username/password": Said.REFUSED,
    "dial tcp": Said.NO_CONNECTION,
    "x509": Said.NO_CONNECTION,
    "HTTP response to HTTPS client": Said.NO_CONNECTION,
    "reading password": Said.WRONG_USAGE,
}


def log_in(netloc: str, folder: Path, person: Person, *words: str) -> Said:
    """Run `skopeo login` with the password on standard input; store it nowhere."""
    auth_file = folder / "skopeo-login.json"
    command = [program("skopeo"), "login", f"--authfile={auth_file}", "--password-stdin"]
    done = subprocess.run(
        [*command, f"--username={person.name}", *words, netloc],
        input=person.password.encode(),
        capture_output=True,
        timeout=30,
        check=False,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TMPDIR": str(folder)},
    )
    auth_file.unlink(missing_ok=True)
    if done.returncode == 0:
        return Said.YES
    told = done.stderr.decode()
    return next((said for sign, said in SIGNS.items() if sign in told), Said.CANNOT_TELL)
