"""The files with secrets: their keys and text, as docker, podman, kubectl and GitLab read them."""

import base64
import json
from typing import Any

import pytest
import yaml

from credentials_app.exports.files import (
    FILES,
    FileFormat,
    LeavingLogin,
    SecretPlace,
    kubernetes_name,
)
from credentials_app.resolver import Candidate
from registry.addresses.origins import DOCKER_HUB, Origin
from registry.login_files.login_file import read_login_file
from registry.secret import Secret
from tests.credentials_app.test_resolver import candidate

PASSWORDS = ["made-up-password-1", "päss:wörd 'with\" $signs`\\", "ends with a space ", "{a: b}"]
HUB = candidate("hub", at=DOCKER_HUB)
PORT = candidate("port", "team/app", at=Origin("https", "registry.example.org", 5050))


def leaving(row: Candidate, password: str = PASSWORDS[0], username: str = "ci") -> LeavingLogin:
    return LeavingLogin(row, username, Secret(password), 3)


def made(kind: FileFormat, *logins: LeavingLogin, place: SecretPlace | None = None) -> str:
    return FILES[kind](logins, place or SecretPlace()).body.reveal()


def auths(kind: FileFormat, *logins: LeavingLogin) -> dict[str, Any]:
    text = made(kind, *logins)
    if kind is FileFormat.KUBERNETES:
        text = base64.b64decode(yaml.safe_load(text)["data"][".dockerconfigjson"]).decode()
    found = json.loads(text)
    assert list(found) == ["auths"], "no store, no helper, nothing else"
    return dict(found["auths"])


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (FileFormat.DOCKER, ["https://index.docker.io/v1/", "registry.example.org:5050"]),
        (FileFormat.PODMAN, ["docker.io", "registry.example.org:5050/team/app"]),
        (
            FileFormat.KUBERNETES,
            ["https://index.docker.io/v1/", "registry.example.org:5050/team/app"],
        ),
        (FileFormat.GITLAB, ["docker.io", "registry.example.org:5050"]),
    ],
)
def test_each_kind_has_its_own_keys(kind: FileFormat, keys: list[str]) -> None:
    assert list(auths(kind, leaving(HUB), leaving(PORT))) == keys


@pytest.mark.parametrize("kind", list(FileFormat))
@pytest.mark.parametrize("password", PASSWORDS)
def test_every_password_comes_out_as_it_is(kind: FileFormat, password: str) -> None:
    [entry] = auths(kind, leaving(PORT, password, "über")).values()
    decoded = base64.b64decode(entry["auth"], validate=True).decode()
    assert decoded == f"über:{password}"
    if kind is FileFormat.KUBERNETES:
        assert (entry["username"], entry["password"]) == ("über", password)


@pytest.mark.parametrize("kind", list(FileFormat))
def test_our_own_reader_finds_every_login(kind: FileFormat) -> None:
    text = made(kind, leaving(HUB), leaving(PORT))
    entries = read_login_file(text.encode(), "made")
    logins = [each.login for each in entries]
    assert all(logins), [each.why for each in entries]
    assert {each.login.secret.reveal() for each in entries if each.login} == {PASSWORDS[0]}


def test_a_kubernetes_secret_names_place_and_versions() -> None:
    text = made(FileFormat.KUBERNETES, leaving(PORT), place=SecretPlace("pull", "team-a"))
    found = yaml.safe_load(text)
    assert (found["kind"], found["type"]) == ("Secret", "kubernetes.io/dockerconfigjson")
    assert (found["metadata"]["name"], found["metadata"]["namespace"]) == ("pull", "team-a")
    assert found["metadata"]["annotations"] == {"lockkeeper/credentials": f"{PORT.pk}:3"}
    assert "namespace" not in yaml.safe_load(made(FileFormat.KUBERNETES, leaving(PORT)))["metadata"]


def test_the_variable_of_gitlab_is_one_line() -> None:
    assert "\n" not in made(FileFormat.GITLAB, leaving(HUB), leaving(PORT))


def test_a_file_shows_nothing_by_accident() -> None:
    file = FILES[FileFormat.DOCKER]([leaving(PORT)], SecretPlace())
    assert PASSWORDS[0] not in repr(file)
    assert base64.b64encode(f"ci:{PASSWORDS[0]}".encode()).decode() not in repr(file)


@pytest.mark.parametrize(
    ("name", "mapped"),
    [
        ("Deploy_Key", "deploy-key"),
        ("a", "a"),
        ("__", "regcred"),
        ("-x-", "x"),
        ("A" * 300, "a" * 200),
    ],
)
def test_a_name_becomes_one_that_kubernetes_takes(name: str, mapped: str) -> None:
    assert kubernetes_name(name) == mapped
