"""Each line of the pages in docs/consumers runs, in the order of the page."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache

from credentials_app.exports.files import FileFormat, SecretPlace
from credentials_app.exports.leaving import export_file
from credentials_app.models import Credential, Fetch
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.secret import Secret
from tests.api.calls import token_for
from tests.builtin_schemas import GITHUB_WORKFLOW, GITLAB_CI, faults_by
from tests.credentials_app import scenes
from tests.journeys.consumers import Machine, program_if_there, pull_secret
from tests.journeys.page_reader import FOLDER, Reader, blocks
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.skopeo import Person, push
from tests.servers.tls import certificate
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = sorted(path.stem for path in FOLDER.glob("*.md"))
CI = Person("ci", 'made-up: päss "word" 1')


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningRegistry]:
    tls = certificate(tmp_path)
    with registry(tmp_path, htpasswd={CI.name: CI.password}, tls=tls) as running:
        push(running, tmp_path, "team/app", person=CI)
        yield running


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    return scenes.seat()


@pytest.fixture
def row(seat: Seat, server: RunningRegistry) -> Credential:
    made = scenes.stored(
        by=seat,
        server=Origin.parse(server.url),
        username=CI.name,
        secret=Secret(CI.password),
    )
    return scenes.checked(made, Outcome.VALID)


@pytest.fixture
def reader(
    tmp_path: Path, seat: Seat, row: Credential, server: RunningRegistry, live_server: Any
) -> Reader:
    home = tmp_path / "machine"
    home.mkdir()
    assert server.tls is not None
    machine = Machine(home, {"SSL_CERT_FILE": str(server.tls.authority)})
    machine.has_no_daemon()
    names = {
        "https://lockkeeper.example.org": str(live_server.url),
        "registry.example.org": server.netloc,
        "team/app:1.4": "team/app:latest",
        "/usr/local/lib/kubelet-plugins": str(home / "plugins"),
        "/etc/lockkeeper": str(home / "etc"),
        "/tmp/lockkeeper-token": str(home / "job-token"),
    }
    (home / "plugins").mkdir()
    return Reader(machine, names, token_for(seat.user, seat.workspace))


def export(seat: Seat, row: Credential, kind: FileFormat, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(export_file(seat, [row.pk], kind, place=SecretPlace()).body.reveal())


def fetches() -> set[str]:
    return set(Fetch.objects.exclude(kind="export").values_list("kind", flat=True))


def test_every_page_has_a_test() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [page for page in PAGES if f'follow("{page}")' not in text] == []
    assert [page for page in PAGES if len(_lines(page)) > 60] == []


def _lines(page: str) -> list[str]:
    return (FOLDER / f"{page}.md").read_text("utf-8").splitlines()


def test_docker(reader: Reader, seat: Seat, row: Credential) -> None:
    program_if_there("docker")
    reader.follow("README")
    export(seat, row, FileFormat.DOCKER, reader.machine.home / "exported" / "config.json")
    reader.follow("docker")
    assert fetches() == {"helper", "api"}


def test_podman(reader: Reader, seat: Seat, row: Credential) -> None:
    reader.follow("README")
    export(seat, row, FileFormat.PODMAN, reader.machine.home / "auth.json")
    reader.follow("podman")
    [found] = Fetch.objects.filter(kind="helper")
    assert found.count >= 2, "skopeo and podman"


def test_kubernetes(reader: Reader, seat: Seat, row: Credential, server: RunningRegistry) -> None:
    program_if_there("kubectl")
    home = reader.machine.home
    export(seat, row, FileFormat.DOCKER, home / "config.json")
    files = reader.follow("kubernetes")
    made = yaml.safe_load((home / "regcred.yaml").read_text())
    login = base64.b64encode(f"{CI.name}:{CI.password}".encode()).decode()
    assert pull_secret(made["data"][".dockerconfigjson"]) == {server.netloc: {"auth": login}}
    assert made["type"] == "kubernetes.io/dockerconfigjson"
    token = files["lockkeeper-token.yaml"]
    assert (token["kind"], list(token["stringData"])) == ("Secret", ["token"])
    [asked] = files["/etc/lockkeeper/kubelet.yaml"]["providers"]
    assert plugin_answers(reader, asked, f"{server.netloc}/team/app") == CI.password


def plugin_answers(reader: Reader, provider: dict[str, Any], image: str) -> str:
    """Call the plugin as the kubelet does; the password for the image."""
    reader.write("etc/token", reader.token)
    request = {"kind": "CredentialProviderRequest", "apiVersion": provider["apiVersion"]}
    done = reader.machine.run(
        reader.machine.home / "plugins" / provider["name"],
        *provider["args"],
        stdin=json.dumps({**request, "image": image}),
        **{each["name"]: each["value"] for each in provider["env"]},
    )
    assert done.returncode == 0, done.stderr
    assert any(image.startswith(match) for match in provider["matchImages"])
    return str(json.loads(done.stdout)["auth"][image]["password"])


def test_gitlab(reader: Reader, tmp_path: Path, server: RunningRegistry) -> None:
    reader.stub("docker", "apk")
    files = reader.follow("gitlab-ci")
    assert faults_by(GITLAB_CI, reader.machine.home / ".gitlab-ci.yml") == ""
    jobs = files[".gitlab-ci.yml"]
    given = {"LOCKKEEPER_TOKEN": reader.token, "CI_REGISTRY": "own.example.org"}
    given |= {"CI_REGISTRY_USER": "own", "CI_REGISTRY_PASSWORD": "made-up-password-2"}
    for job in jobs.values():
        run_lines(reader, [*job.get("before_script", ()), *job["script"]], **given)
    logins = [call for call in reader.calls("docker") if call[0][0] == "login"]
    assert logins == [
        (["login", "--username", "ci", "--password-stdin", server.netloc], CI.password),
        (
            ["login", "--username", "own", "--password-stdin", "own.example.org"],
            "made-up-password-2",
        ),
    ]


def run_lines(reader: Reader, lines: list[str], **env: str) -> None:
    """The lines of a job, in one shell, as Alpine's images run them."""
    script = "\n".join(lines)
    done = reader.machine.run("sh", "-eu", "-c", script, **env)
    assert done.returncode == 0, f"{script}\n{done.stderr}"


def test_github(reader: Reader, server: RunningRegistry) -> None:
    reader.stub("docker", "gh")
    reader.follow("README")
    files = reader.follow("github-actions")
    for name, workflow in files.items():
        assert faults_by(GITHUB_WORKFLOW, reader.machine.home / name) == ""
        for job in workflow["jobs"].values():
            lines = [step["run"] for step in job["steps"] if "run" in step]
            temporary = str(reader.machine.home)
            run_lines(reader, lines, LOCKKEEPER_TOKEN=reader.token, RUNNER_TEMP=temporary)
    login = ["login", "--username", "ci", "--password-stdin", server.netloc]
    assert reader.calls("docker")[0] == (login, CI.password)
    assert reader.calls("gh") == [(["secret", "set", "REGISTRY_PASSWORD"], CI.password)]


def test_nextflow(reader: Reader, server: RunningRegistry) -> None:
    reader.stub("tw")
    files = reader.follow("nextflow")
    for line in files["nextflow.config"].splitlines():
        name, _, value = line.partition(" = ")
        assert name in {"docker.enabled", "docker.registry", "wave.enabled"}
        assert value in {"true", f"'{server.netloc}'"}
    [(words, _stdin)] = reader.calls("tw")
    assert words[:3] == ["credentials", "add", "container-reg"]


def test_preflight(reader: Reader, row: Credential, server: RunningRegistry) -> None:
    reader.follow("README")
    files = reader.follow("preflight")
    assert faults_by(GITLAB_CI, reader.machine.home / ".gitlab-ci.yml") == ""
    [job] = files[".gitlab-ci.yml"].values()
    env = {**job["variables"], "LOCKKEEPER_TOKEN": reader.token}
    run_lines(reader, job["script"], **env)
    broken = scenes.checked(row, Outcome.REVOKED)
    words = ["lockkeeper-preflight", f"{server.netloc}/team/app:latest"]
    told = reader.machine.run(*words)
    assert (told.returncode, broken.name in told.stdout) == (1, True)
    assert fetches() == set(), "a preflight fetches nothing"


@pytest.mark.parametrize("page", PAGES)
def test_the_lines_are_those_of_a_shell(page: str) -> None:
    """Also where a tool is missing, and the test of its page is skipped."""
    for block in blocks(page):
        assert block.kind in {"sh", "json", "yaml", "groovy"}
        if block.kind == "sh":
            done = subprocess.run(
                ["bash", "-n"], input=block.text, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, "")
