"""Real tools pull from a real registry with what Lockkeeper gives out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache

from credentials_app.exports.files import FileFormat, SecretPlace
from credentials_app.exports.leaving import export_file
from credentials_app.models import Credential, Fetch
from credentials_app.services.replacement import NewSecret, replace_secret
from credentials_app.services.server_rules import set_rule
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests.api.calls import token_for
from tests.credentials_app import scenes
from tests.journeys.consumers import Machine, helper_file, image_at, program_if_there, pull_secret
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.process import program
from tests.servers.skopeo import Person, push
from tests.stand_ins.gitlab import GitLab
from tests.stand_ins.world import ANNA, World, furnish
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


def stored(seat: Seat, server: RunningRegistry, person: Person = CI) -> Credential:
    origin = Origin.parse(server.url)
    set_rule(seat, origin, allow_http=True, ca_pem="")
    return scenes.stored(
        by=seat, server=origin, username=person.name, secret=Secret(person.password)
    )


@pytest.fixture
def row(seat: Seat, server: RunningRegistry) -> Credential:
    return stored(seat, server)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home = tmp_path / "machine"
    home.mkdir()
    return Machine(home)


def exported(seat: Seat, row: Credential, kind: FileFormat, to: Path) -> Path:
    to.write_text(export_file(seat, [row.pk], kind, place=SecretPlace("regcred")).body.reveal())
    return to


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    file = tmp_path / "nothing.json"
    file.write_text("{}")
    return file


@pytest.mark.parametrize("kind", [FileFormat.PODMAN, FileFormat.DOCKER])
def test_skopeo_pulls_with_an_exported_file(
    seat: Seat,
    row: Credential,
    server: RunningRegistry,
    machine: Machine,
    nothing: Path,
    kind: FileFormat,
) -> None:
    assert not machine.reads_manifest(server, nothing)
    file = exported(seat, row, kind, machine.home / "made.json")
    assert machine.reads_manifest(server, file)


def test_podman_pulls_with_an_exported_file(
    seat: Seat, row: Credential, server: RunningRegistry, machine: Machine, nothing: Path
) -> None:
    machine.has_no_daemon()
    words = [program("podman"), "pull", "--quiet", "--tls-verify=false"]
    refused = machine.run(*words, f"--authfile={nothing}", image_at(server))
    assert refused.returncode != 0
    assert "authentication required" in refused.stderr
    file = exported(seat, row, FileFormat.PODMAN, machine.home / "auth.json")
    done = machine.run(*words, f"--authfile={file}", image_at(server))
    assert done.returncode == 0, done.stderr
    shown = machine.run(program("podman"), "image", "exists", image_at(server))
    assert shown.returncode == 0, shown.stderr


@pytest.fixture
def docker() -> str:
    return program_if_there("docker")


def test_docker_reads_with_an_exported_file(
    seat: Seat, row: Credential, server: RunningRegistry, machine: Machine, docker: str
) -> None:
    """`docker manifest` asks the registry by itself, with the logins that `docker pull` takes."""
    folder = machine.home / ".docker"
    folder.mkdir()
    words = [docker, "manifest", "inspect", "--insecure", image_at(server)]
    assert "no basic auth credentials" in machine.run(*words).stderr
    exported(seat, row, FileFormat.DOCKER, folder / "config.json")
    done = machine.run(*words)
    assert (done.returncode, "schemaVersion" in done.stdout) == (0, True), done.stderr


def test_docker_reads_through_the_helper(
    seat: Seat, row: Credential, server: RunningRegistry, machine: Machine, docker: str, live: str
) -> None:
    fetching(machine, seat, live)
    folder = machine.home / ".docker"
    folder.mkdir()
    helper_file(machine.home, server.netloc).rename(folder / "config.json")
    done = machine.run(docker, "manifest", "inspect", "--insecure", image_at(server))
    assert (done.returncode, "schemaVersion" in done.stdout) == (0, True), done.stderr
    assert set(Fetch.objects.values_list("kind", "credential_id")) == {("helper", row.pk)}


def test_kubectl_makes_the_same_secret(
    seat: Seat, row: Credential, server: RunningRegistry, machine: Machine
) -> None:
    kubectl = program_if_there("kubectl")
    file = exported(seat, row, FileFormat.KUBERNETES, machine.home / "regcred.yaml")
    ours = yaml.safe_load(file.read_text())
    login = [f"--docker-server={server.netloc}", f"--docker-username={CI.name}"]
    done = machine.run(
        *(kubectl, "create", "secret", "docker-registry", "regcred", *login),
        *(f"--docker-password={CI.password}", "--dry-run=client", "-o", "yaml"),
    )
    theirs = yaml.safe_load(done.stdout)
    key = ".dockerconfigjson"
    assert pull_secret(ours["data"][key]) == pull_secret(theirs["data"][key])
    for same in ("apiVersion", "kind", "type"):
        assert ours[same] == theirs[same]
    assert ours["metadata"]["name"] == theirs["metadata"]["name"]


@pytest.fixture
def live(live_server: Any) -> str:
    return str(live_server.url)


def fetching(machine: Machine, seat: Seat, live: str) -> None:
    """Our client is installed, and has a token of the person."""
    machine.install_client()
    machine.has_token(live, token_for(seat.user, seat.workspace))


def test_skopeo_pulls_through_the_helper(
    seat: Seat, row: Credential, server: RunningRegistry, machine: Machine, live: str
) -> None:
    fetching(machine, seat, live)
    assert machine.reads_manifest(server, helper_file(machine.home, server.netloc))
    [found] = Fetch.objects.all()
    assert (found.kind, found.credential_id) == ("helper", row.pk)


class Reader:
    """Reads the manifest over and over in a thread, each time with a new fetch."""

    def __init__(self, machine: Machine, server: RunningRegistry) -> None:
        self._machine, self._server = machine, server
        self._file = helper_file(machine.home, server.netloc)
        self._changed, self._ends = threading.Condition(), threading.Event()
        self.results: list[bool] = []

    @contextmanager
    def running(self) -> Iterator["Reader"]:
        thread = threading.Thread(target=self._work)
        thread.start()
        try:
            yield self
        finally:
            self._ends.set()
            thread.join()

    def reads(self, more: int) -> None:
        """Wait for so many further reads that have begun after now."""
        with self._changed:
            wanted = len(self.results) + 1 + more
            assert self._changed.wait_for(lambda: len(self.results) >= wanted, timeout=120)

    def _work(self) -> None:
        while not self._ends.wait(0.5):
            result = self._machine.reads_manifest(self._server, self._file)
            with self._changed:
                self.results.append(result)
                self._changed.notify_all()


@pytest.fixture
def gitlab() -> Iterator[World]:
    with GitLab() as stand_in:
        yield furnish(stand_in)


def test_no_pull_fails_while_the_secret_is_replaced_and_the_old_one_ends(
    seat: Seat, gitlab: World, tmp_path: Path, machine: Machine, live: str
) -> None:
    """The registry accepts both tokens for a while, as GitLab does with two side by side."""
    name, old = gitlab.token("read_registry")
    _name, new = gitlab.token("read_registry")
    fetching(machine, seat, live)
    with registry(tmp_path, token=gitlab.gitlab.token_auth(tmp_path)) as server:
        push(server, tmp_path, "team/app", person=Person(*ANNA))
        row = stored(seat, server, Person(name, old))
        with Reader(machine, server).running() as reader:
            reader.reads(5)
            replace_secret(seat, row, NewSecret(Secret(new)))
            reader.reads(5)
            revoke(gitlab, old)
            reader.reads(5)
    assert all(reader.results), reader.results
    counts = dict(Fetch.objects.values_list("secret_version", "count"))
    assert set(counts) == {1, 2}
    assert min(counts.values()) >= 5
    assert sum(counts.values()) == len(reader.results)


def revoke(gitlab: World, text: str) -> None:
    made = gitlab.state.access_token(text)
    assert made is not None
    made.revoked = True
