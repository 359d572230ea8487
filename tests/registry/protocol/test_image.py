"""Names of images, read as docker reads them."""

import pytest

from registry.addresses.origins import DOCKER_HUB, Origin
from registry.protocol.image import (
    ImageError,
    parse_image,
    parse_server_name,
    repository_prefix,
)

DIGEST = "@sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("registry.example.org/team/app:1.4", "registry.example.org/team/app"),
        ("registry.example.org/team/app" + DIGEST, "registry.example.org/team/app"),
        ("registry.example.org/team/app:1.4" + DIGEST, "registry.example.org/team/app"),
        ("registry.example.org:5000/app", "registry.example.org:5000/app"),
        ("Registry.Example.org/Team/App", "registry.example.org/team/app"),
        ("docker://registry.example.org/app", "registry.example.org/app"),
        ("oci://registry.example.org/charts/app", "registry.example.org/charts/app"),
        ("https://registry.example.org/app", "registry.example.org/app"),
        ("localhost/app", "localhost/app"),
        ("localhost:5000/app", "localhost:5000/app"),
        ("[2001:db8::5]:5000/app", "[2001:db8::5]:5000/app"),
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.25.3", "docker.io/library/nginx"),
        ("team/app", "docker.io/team/app"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("index.docker.io/team/app", "docker.io/team/app"),
        ("registry-1.docker.io/library/nginx", "docker.io/library/nginx"),
        ("  team/app\n", "docker.io/team/app"),
        ("Team/app", "team/app"),  # a capital makes it a server
    ],
)
def test_a_name_is_server_and_repository(typed: str, name: str) -> None:
    assert str(parse_image(typed)) == name


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "image_empty"),
        ("  ", "image_empty"),
        ("docker://", "image_empty"),
        ("a" * 1025, "image_long"),
        ("registry.example.org", "image_is_server"),
        ("registry.example.org:5000", "image_is_server"),
        ("registry.example.org/", "repository_empty"),
        ("registry.example.org/team//app", "repository_slashes"),
        ("registry.example.org/team/a b", "repository_letters"),
        ("registry.example.org/app@sha256:short", "repository_digest"),
        ("registry.example.org:port/app", "address_port"),
        ("user:word@registry.example.org/app", "address_port"),
        ("127.1/app", "address_number"),
    ],
)
def test_what_is_no_name_is_told_what_to_do(typed: str, key: str) -> None:
    with pytest.raises(ImageError) as refused:
        parse_image(typed)
    assert refused.value.message.key == key
    assert refused.value.message.text()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("registry.example.org", "registry.example.org"),
        ("registry.example.org:5000", "registry.example.org:5000"),
        ("registry.example.org/team/app", "registry.example.org/team/app"),
        ("https://registry.example.org/v2/", "registry.example.org"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("https://index.docker.io/v1", "docker.io"),
        ("index.docker.io", "docker.io"),
        ("docker.io", "docker.io"),
        ("index.docker.io/library/nginx", "docker.io/library/nginx"),
        ("localhost", "localhost"),
        ("localhost:5000\n", "localhost:5000"),
    ],
)
def test_what_a_credential_helper_is_asked_for(typed: str, name: str) -> None:
    assert str(parse_server_name(typed)) == name


@pytest.mark.parametrize("typed", ["", "https://", "a b", "x" * 1025, "registry.example.org:0"])
def test_a_helper_is_told_what_it_cannot_ask(typed: str) -> None:
    with pytest.raises(ImageError):
        parse_server_name(typed)


def test_a_name_means_the_server_of_its_port_by_https_or_http() -> None:
    assert [str(each) for each in parse_image("r.example.org/app").origins] == [
        "https://r.example.org",
        "http://r.example.org",
    ]
    assert [str(each) for each in parse_image("r.example.org:5000/app").origins] == [
        "https://r.example.org:5000",
        "http://r.example.org:5000",
    ]
    assert Origin("https", "r.example.org", 443) in parse_image("r.example.org:443/app").origins
    assert parse_image("nginx").origins == (DOCKER_HUB,)


@pytest.mark.parametrize(
    ("typed", "prefix"),
    [
        ("registry.example.org", "registry.example.org"),
        ("REGISTRY.example.org/team", "registry.example.org/team"),
        ("registry.example.org:443/team/", "registry.example.org/team"),
        ("https://registry.example.org/team", "registry.example.org/team"),
        ("registry.example.org//Team", "registry.example.org/team"),
        ("registry.example.org:5050/a/b", "registry.example.org:5050/a/b"),
        ("localhost/team", "localhost/team"),
        ("docker.io/acme", "docker.io/acme"),
        ("index.docker.io/acme", "docker.io/acme"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("[2001:db8::1]:5000/a", "[2001:db8::1]:5000/a"),
    ],
)
def test_a_prefix_has_one_spelling(typed: str, prefix: str) -> None:
    assert repository_prefix(typed) == prefix


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "acme",
        "team/app",
        ".",
        ":",
        "/team",
        "registry.example.org/team:1",
        "registry.example.org/team@sha256:" + "0" * 64,
        "registry.example.org/*",
        "*.example.org",
        "registry.example.org/../team",
        "a" * 1100 + ".example.org",
    ],
)
def test_what_fits_no_repository_is_no_prefix(typed: str) -> None:
    with pytest.raises(ImageError):
        repository_prefix(typed)
