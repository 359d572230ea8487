"""What docker, podman and the kubelet would do with an image, beside what we name."""

import pytest

from credentials_app.exports.readers import also_fits, doubled, path_key, readers_of
from credentials_app.resolver import Candidate, resolve
from registry.addresses.origins import DOCKER_HUB, Origin
from registry.protocol.image import parse_image
from tests.credentials_app.test_resolver import candidate

HOST, TEAM, APP = candidate("host"), candidate("team", "team"), candidate("app", "team/app")
BESIDE = candidate("beside", "team-b")


def agreeing(*rows: Candidate, image: str = "registry.example.org/team/app") -> list[bool]:
    """Whether podman, docker and the kubelet use the credential that we name."""
    return [each.agrees for each in readers_of(resolve(parse_image(image), rows))]


@pytest.mark.parametrize(
    ("rows", "agree"),
    [
        ([HOST], [True, True, True]),
        ([TEAM], [True, True, True]),
        ([HOST, TEAM], [True, False, True]),
        ([TEAM, BESIDE], [True, False, True]),
    ],
)
def test_who_agrees(rows: list[Candidate], agree: list[bool]) -> None:
    assert agreeing(*rows) == agree


def test_the_kubelet_compares_strings() -> None:
    rows = [HOST, TEAM, BESIDE]
    told = readers_of(resolve(parse_image("registry.example.org/team-b/x"), rows))[2]
    assert told.words == "Compares strings, and tries in turn: beside, team, host."
    assert told.agrees
    told = readers_of(resolve(parse_image("registry.example.org/team-c/x"), rows))[2]
    assert (told.agrees, told.words) == (False, "Compares strings, and tries in turn: team, host.")


def test_docker_knows_the_host_alone() -> None:
    told = readers_of(resolve(parse_image("registry.example.org/team/app"), [TEAM]))[1]
    assert "every image of registry.example.org, not only for team" in told.words


def test_a_port_that_is_written_out_is_another_key_to_them() -> None:
    image = "registry.example.org:443/team/app"
    podman, _docker, kubelet = readers_of(resolve(parse_image(image), [TEAM]))
    assert not podman.agrees
    assert "registry.example.org/team/app" in podman.words
    assert not kubelet.agrees


def test_nothing_is_said_where_no_credential_is_named() -> None:
    assert readers_of(resolve(parse_image("nginx"), [HOST])) == []


def test_keys_are_written_as_images_are() -> None:
    assert path_key(APP) == "registry.example.org/team/app"
    assert path_key(candidate("hub", "library", at=DOCKER_HUB)) == "docker.io/library"
    assert path_key(candidate("port", at=Origin("http", "10.0.0.1", 5000))) == "10.0.0.1:5000"


def test_which_others_the_kubelet_would_try_it_for() -> None:
    rows = [HOST, TEAM, APP, BESIDE]
    assert also_fits(TEAM, rows) == [BESIDE]
    assert also_fits(HOST, rows) == []
    assert also_fits(APP, rows) == []


def test_keys_that_come_twice() -> None:
    assert doubled(["b", "a", "b", "a", "c"]) == ["a", "b"]
