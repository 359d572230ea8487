"""The containers, as far as they can be looked at without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.rules.code import ROOT, sources

OURS = {"web", "worker", "worker-people", "worker-mails", "beat", "migrate"}
READ = re.compile(r"\b(?:env\.)?(?:text|flag|words|number|duration)\(\s*\"([A-Z0-9_]+)\"")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = YAML(typ="safe").load(text)
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def known_names() -> set[str]:
    """What the settings read from the environment, each also as NAME_FILE."""
    plain = {name for source in sources("config") for name in READ.findall(source.text)}
    plain |= {"DATABASE_URL", "EMAIL_URL"}
    return plain | {f"{name}_FILE" for name in plain}


def test_every_part_is_there(compose: dict[str, Any]) -> None:
    assert compose["services"].keys() == OURS | {"database", "queue", "mail"}


@pytest.mark.parametrize("service", sorted(OURS))
def test_ours_are_the_same_image_and_the_same_settings(
    compose: dict[str, Any], service: str
) -> None:
    web, other = compose["services"]["web"], compose["services"][service]
    for key in ("image", "build", "user", "environment", "secrets", "networks"):
        assert other[key] == web[key], key


def test_every_name_in_the_environment_is_one_that_the_settings_read(
    compose: dict[str, Any],
) -> None:
    given = set(compose["services"]["web"]["environment"])
    assert given - known_names() == set()
    assert {"SECRET_KEY_FILE", "LOCKKEEPER_KEYS_FILE", "DATABASE_URL_FILE"} <= given


def test_the_worker_that_writes_anchors_has_a_folder_that_stays(
    compose: dict[str, Any], dockerfile: str
) -> None:
    folder = compose["services"]["worker-mails"]["environment"]["LOCKKEEPER_AUDIT_ANCHORS"]
    volumes = {name: each.get("volumes", []) for name, each in compose["services"].items()}
    assert volumes["worker-mails"] == [f"${{ANCHORS_FOLDER:-anchors}}:{folder}"]
    assert "anchors" in compose["volumes"]
    assert re.search(rf"install --directory --owner=lockkeeper .* {folder}$", dockerfile, re.M)
    queues = compose["services"]["worker-mails"]["command"]
    assert queues[queues.index("--queues") + 1] == "celery", "the queue of tasks without another"


def test_no_secret_stands_in_the_environment(compose: dict[str, Any]) -> None:
    secret = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL")
    bare = [
        f"{name}: {variable}"
        for name, service in compose["services"].items()
        for variable in service.get("environment", {})
        if secret.search(variable) and not variable.endswith("_FILE")
    ]
    assert bare == []


def test_every_secret_file_is_declared_and_made(compose: dict[str, Any]) -> None:
    maker = (ROOT / "deploy" / "make-secrets").read_text(encoding="utf-8")
    for name, service in compose["services"].items():
        files = [v for k, v in service.get("environment", {}).items() if k.endswith("_FILE")]
        assert {Path(file).name for file in files} == set(service.get("secrets", [])), name
    used = {secret for s in compose["services"].values() for secret in s.get("secrets", [])}
    assert used == set(compose["secrets"])
    for secret, where in compose["secrets"].items():
        assert where == {"file": f"secrets/{secret}"}
        assert re.search(rf"^keep {secret} ", maker, re.MULTILINE)


def test_nothing_is_privileged_and_every_image_is_pinned(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert not service.get("privileged"), name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["stop_grace_period"] == "25s", name
        assert re.search(r":(local|v?\d+\.\d+[\w.-]*)$", service["image"]), name
        assert "docker.sock" not in str(service), name


def test_only_loopback_is_published(compose: dict[str, Any]) -> None:
    ports = [p for service in compose["services"].values() for p in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    assert "ports" not in compose["services"]["database"]
    assert "ports" not in compose["services"]["queue"]


def test_only_the_application_reaches_the_queue_and_the_database(compose: dict[str, Any]) -> None:
    services = compose["services"]
    theirs = {*services["queue"]["networks"], *services["database"]["networks"]}
    assert all(compose["networks"][network]["internal"] for network in theirs)
    beside = {name for name, each in services.items() if theirs & {*each["networks"]}}
    assert beside == OURS | {"queue", "database"}


def test_every_service_that_stays_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"][0] == "CMD", name


def test_ours_start_after_the_migrations(compose: dict[str, Any]) -> None:
    for name in OURS - {"migrate"}:
        needs = compose["services"][name]["depends_on"]
        assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert compose["services"]["beat"]["deploy"]["replicas"] == 1


def test_all_that_the_image_copies_exists_and_reaches_the_builder(dockerfile: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"manage.py", "registry", "config", "static", "templates"} <= set(names)
    for name in names:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name


def test_the_image_is_a_pinned_python_and_runs_as_nobody_special(dockerfile: str) -> None:
    bases = re.findall(r"^FROM python:(\d+)\.(\d+)\.\d+-slim-\w+", dockerfile, re.MULTILINE)
    assert len(bases) == len(re.findall(r"^FROM ", dockerfile, re.MULTILINE))
    assert all((int(major), int(minor)) >= (3, 11) for major, minor in bases)
    users = re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE)
    assert users
    assert users[-1] != "root"
    assert "HEALTHCHECK" in dockerfile
    assert not re.search(r"^(ENV|ARG).*(PASSWORD|SECRET|KEY)", dockerfile, re.MULTILINE)
