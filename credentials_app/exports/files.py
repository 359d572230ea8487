"""The files that hold secrets: docker's, podman's, a Kubernetes secret, a variable of GitLab. Pure.

`auth` is base64 with padding of `user:password` in UTF-8, as every reader takes it; a file never
names a store or a helper, and has no empty entry. Sources: docker/cli
cli/config/configfile/file.go; containers-auth.json(5); kubernetes pkg/credentialprovider/config.go;
`kubectl create secret docker-registry`.
"""

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from credentials_app.exports.readers import host_key, path_key
from credentials_app.resolver import Candidate
from registry.secret import Secret

DOCKER_HUB_KEY = "https://index.docker.io/v1/"
MANAGED_BY = "app.kubernetes.io/managed-by"
NOT_IN_NAMES = re.compile(r"[^a-z0-9-]+")


class FileFormat(StrEnum):
    """The kinds of file; each holds the secrets themselves."""

    DOCKER = "docker"
    PODMAN = "podman"
    KUBERNETES = "kubernetes"
    GITLAB = "gitlab"


@dataclass(frozen=True)
class LeavingLogin:
    """A login that leaves: what decides about it, and what a program signs in with."""

    candidate: Candidate
    username: str
    secret: Secret
    version: int
    ends_at: datetime | None = None


@dataclass(frozen=True)
class SecretFile:
    """A file that is downloaded. Its text never stands in a page, and ``repr`` does not show it."""

    name: str
    content_type: str
    body: Secret


@dataclass(frozen=True)
class SecretPlace:
    """The name and namespace of a Kubernetes secret; an empty namespace is left out."""

    name: str = "regcred"
    namespace: str = ""


def docker_key(candidate: Candidate) -> str:
    """The key of config.json: the host, and Docker Hub under its old address."""
    host = host_key(candidate.origin)
    return DOCKER_HUB_KEY if host == "docker.io" else host


def kubernetes_key(candidate: Candidate) -> str:
    """The key of a pull secret; the whole of Docker Hub has its old address."""
    return path_key(candidate) if candidate.repository else docker_key(candidate)


def fits_files(username: str) -> bool:
    """True if `user:password` can be taken apart again."""
    return bool(username) and ":" not in username


def auth_text(login: LeavingLogin) -> str:
    """`user:password` in base64."""
    both = f"{login.username}:{login.secret.reveal()}"
    return base64.b64encode(both.encode()).decode()


def docker_config(logins: Sequence[LeavingLogin], _place: SecretPlace) -> SecretFile:
    """docker's config.json."""
    auths = {docker_key(each.candidate): {"auth": auth_text(each)} for each in logins}
    return _json_file("config.json", {"auths": auths})


def podman_auth(logins: Sequence[LeavingLogin], _place: SecretPlace) -> SecretFile:
    """auth.json of podman, skopeo, buildah and CRI-O."""
    auths = {path_key(each.candidate): {"auth": auth_text(each)} for each in logins}
    return _json_file("auth.json", {"auths": auths})


def gitlab_variable(logins: Sequence[LeavingLogin], _place: SecretPlace) -> SecretFile:
    """The value of `DOCKER_AUTH_CONFIG` in one line: hosts only, so that every runner reads it."""
    keys = {host_key(each.candidate.origin): {"auth": auth_text(each)} for each in logins}
    line = json.dumps({"auths": keys}, separators=(",", ":"), ensure_ascii=False)
    return SecretFile("DOCKER_AUTH_CONFIG.txt", "text/plain; charset=utf-8", Secret(line))


def kubernetes_secret(logins: Sequence[LeavingLogin], place: SecretPlace) -> SecretFile:
    """A secret of the type `kubernetes.io/dockerconfigjson`, with the data that kubectl makes.

    JSON is valid YAML, so that nothing in a name or a password can change the structure.
    """
    inner = _pull_config(logins)
    metadata: dict[str, Any] = {"name": place.name}
    if place.namespace:
        metadata["namespace"] = place.namespace
    metadata["labels"] = {MANAGED_BY: "lockkeeper"}
    metadata["annotations"] = {
        "lockkeeper/credentials": ",".join(f"{each.candidate.pk}:{each.version}" for each in logins)
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": base64.b64encode(inner.encode()).decode()},
    }
    text = json.dumps(secret, indent=2, ensure_ascii=False) + "\n"
    return SecretFile(f"{place.name}.yaml", "application/yaml", Secret(text))


def _pull_config(logins: Sequence[LeavingLogin]) -> str:
    return json.dumps({"auths": {kubernetes_key(each.candidate): _whole(each) for each in logins}})


def pull_config(login: LeavingLogin) -> str | None:
    """The `.dockerconfigjson` of a pull secret with one login, as the exported secret has it; None
    if its user name would break the whole file."""
    return _pull_config([login]) if fits_files(login.username) else None


FILES: dict[FileFormat, Callable[[Sequence[LeavingLogin], SecretPlace], SecretFile]] = {
    FileFormat.DOCKER: docker_config,
    FileFormat.PODMAN: podman_auth,
    FileFormat.KUBERNETES: kubernetes_secret,
    FileFormat.GITLAB: gitlab_variable,
}
KEYS: dict[FileFormat, Callable[[Candidate], str]] = {
    FileFormat.DOCKER: docker_key,
    FileFormat.PODMAN: path_key,
    FileFormat.KUBERNETES: kubernetes_key,
    FileFormat.GITLAB: lambda candidate: host_key(candidate.origin),
}
"""What a file of each kind calls a credential."""


def kubernetes_name(text: str) -> str:
    """A credential's name as Kubernetes allows it: lower case, with hyphens."""
    plain = NOT_IN_NAMES.sub("-", text.lower().replace("_", "-")).strip("-")
    return plain[:200].strip("-") or "regcred"


def _whole(login: LeavingLogin) -> dict[str, str]:
    return {
        "username": login.username,
        "password": login.secret.reveal(),
        "auth": auth_text(login),
    }


def _json_file(name: str, value: dict[str, Any]) -> SecretFile:
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return SecretFile(name, "application/json", Secret(text))
