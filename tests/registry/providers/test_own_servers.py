"""The server of a provider's own service, and the web sites that mean it."""

import pytest

from registry.addresses.server import parse_server
from registry.providers import PROVIDERS, detect, registry_of_web_host

OWN = {provider.slug: provider for provider in PROVIDERS if provider.cloud_server}


@pytest.mark.parametrize("slug", OWN)
def test_the_own_server_is_recognized_as_the_provider(slug: str) -> None:
    assert detect(parse_server(OWN[slug].cloud_server).origin).slug == slug


def test_a_server_that_is_the_only_one_belongs_to_nobody_else() -> None:
    alone = {slug: provider.only_server for slug, provider in OWN.items() if provider.only_server}
    assert alone["docker_hub"] == "docker.io"
    assert {"gitlab", "quay"}.isdisjoint(alone)
    assert len(set(alone.values())) == len(alone)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gitlab.com", "registry.gitlab.com"),
        ("www.gitlab.com", "registry.gitlab.com"),
        ("github.com", "ghcr.io"),
        ("www.quay.io", "quay.io"),
    ],
)
def test_a_web_site_means_the_registry_of_its_provider(typed: str, meant: str) -> None:
    found = registry_of_web_host(typed)
    assert found is not None
    assert found.display == meant


@pytest.mark.parametrize("host", ["registry.gitlab.com", "gitlab.example.org", "evil-gitlab.com"])
def test_another_host_means_itself(host: str) -> None:
    assert registry_of_web_host(host) is None
