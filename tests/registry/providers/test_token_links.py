"""Links to the page that creates a token: one row per provider, and self-hosted GitLabs."""

from urllib.parse import parse_qs, urlsplit

import pytest

from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.providers import PROVIDERS, by_slug
from registry.providers.token_links import token_link

LINKS: dict[str, tuple[str, str, str]] = {
    "acr": (
        "myregistry.azurecr.io",
        "https://learn.microsoft.com/azure/container-registry/"
        "container-registry-token-based-repository-permissions",
        "",
    ),
    "alibaba": (
        "registry.example.cr.aliyuncs.com",
        "https://www.alibabacloud.com/help/en/acr/user-guide/configure-access-credentials",
        "",
    ),
    "artifactory": (
        "example.jfrog.io",
        "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
        "",
    ),
    "chainguard": (
        "cgr.dev",
        "https://edu.chainguard.dev/chainguard/chainguard-registry/authenticating/",
        "",
    ),
    "cloudsmith": (
        "docker.cloudsmith.io",
        "https://help.cloudsmith.io/docs/docker-registry",
        "",
    ),
    "digitalocean": (
        "registry.digitalocean.com",
        "https://docs.digitalocean.com/reference/doctl/reference/registry/docker-config/",
        "",
    ),
    "docker_hub": ("docker.io", "https://app.docker.com/settings/personal-access-tokens", ""),
    "ecr": (
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
        "https://console.aws.amazon.com/iam/home#/users",
        "",
    ),
    "ecr_public": ("public.ecr.aws", "https://console.aws.amazon.com/iam/home#/users", ""),
    "gar": (
        "europe-west1-docker.pkg.dev",
        "https://console.cloud.google.com/iam-admin/serviceaccounts",
        "",
    ),
    "generic": ("registry.example.net", "", ""),
    "ghcr": (
        "ghcr.io",
        "https://github.com/settings/tokens/new?scopes=read:packages&description=deploy",
        "https://github.com/settings/tokens/new"
        "?scopes=read:packages,write:packages&description=deploy",
    ),
    "gitea": (
        "git.example.org:3000",
        "https://git.example.org:3000/user/settings/applications",
        "",
    ),
    "gitlab": (
        "registry.gitlab.com",
        "https://gitlab.com/-/user_settings/personal_access_tokens"
        "?name=deploy&scopes=read_registry",
        "https://gitlab.com/-/user_settings/personal_access_tokens"
        "?name=deploy&scopes=read_registry,write_registry",
    ),
    "harbor": ("harbor.example.org", "https://harbor.example.org/harbor/projects", ""),
    "huawei": (
        "swr.eu-west-101.myhuaweicloud.com",
        "https://support.huaweicloud.com/intl/en-us/usermanual-swr/swr_01_1000.html",
        "",
    ),
    "ibm": (
        "de.icr.io",
        "https://cloud.ibm.com/docs/Registry?topic=Registry-registry_access",
        "",
    ),
    "nexus": ("nexus.example.org", "https://help.sonatype.com/en/user-tokens.html", ""),
    "nvidia": ("nvcr.io", "https://docs.nvidia.com/ngc/latest/ngc-user-guide.html", ""),
    "oracle": (
        "fra.ocir.io",
        "https://docs.oracle.com/iaas/Content/Registry/Tasks/registrygettingauthtoken.htm",
        "",
    ),
    "ovhcloud": (
        "a1b2c3d4.c1.gra9.container-registry.ovh.net",
        "https://a1b2c3d4.c1.gra9.container-registry.ovh.net/harbor/projects",
        "",
    ),
    "quay": ("quay.io", "https://docs.quay.io/glossary/robot-accounts.html", ""),
    "redhat": ("registry.redhat.io", "https://access.redhat.com/terms-based-registry/", ""),
    "scaleway": (
        "rg.fr-par.scw.cloud",
        "https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",
        "",
    ),
    "tencent": (
        "example.tencentcloudcr.com",
        "https://www.tencentcloud.com/document/product/1051/38836",
        "",
    ),
}


def origin(typed: str) -> Origin:
    return parse_server(typed, allow_http=True).origin


def test_every_provider_has_a_row() -> None:
    assert {provider.slug for provider in PROVIDERS} == LINKS.keys()


@pytest.mark.parametrize("slug", LINKS)
def test_the_page_of_a_provider_is_filled_in_as_far_as_it_takes_that(slug: str) -> None:
    server, to_pull, to_push = LINKS[slug]
    for push, link in ((False, to_pull), (True, to_push or to_pull)):
        assert token_link(by_slug(slug), origin(server), name="deploy", push=push) == link


@pytest.mark.parametrize("slug", sorted(LINKS.keys() - {"generic"}))
def test_without_a_server_there_is_a_page_all_the_same(slug: str) -> None:
    assert token_link(by_slug(slug), None, name="", push=False).startswith("https://")


GITLABS = {
    "a subdomain for the registry": ("registry.gitlab.example.org", "", "gitlab.example.org"),
    "a sibling for the registry": ("registry.example.org", "", "gitlab.example.org"),
    "a port for the registry": ("git.example.org:5050", "", "git.example.org"),
    "a gitlab by its first word": ("gitlab.example.org", "", "gitlab.example.org"),
    "the sign-in host that was seen": (
        "images.example.org",
        "code.example.org",
        "code.example.org",
    ),
    "the sign-in host wins over the name": (
        "registry.example.org",
        "code.example.org:8443",
        "code.example.org:8443",
    ),
    "a name that tells nothing": ("images.example.org", "", "docs.gitlab.com"),
    "a bare address": ("192.0.2.7:5050", "", "docs.gitlab.com"),
    "a registry at the top of a domain": ("registry.local", "", "docs.gitlab.com"),
    "a sign-in over http": ("registry.example.org", "http://code.example.org", "docs.gitlab.com"),
}


@pytest.mark.parametrize("case", GITLABS)
def test_the_pages_of_a_gitlab_of_ones_own_are_found(case: str) -> None:
    server, sign_in, host = GITLABS[case]
    seen = origin(sign_in) if sign_in else None
    link = token_link(by_slug("gitlab"), origin(server), name="x", push=False, sign_in=seen)
    assert urlsplit(link).netloc == host


def test_a_name_cannot_add_to_the_address() -> None:
    name = "a&scopes=api#b c"
    link = token_link(by_slug("gitlab"), origin("registry.gitlab.com"), name=name, push=False)
    assert parse_qs(urlsplit(link).query) == {"name": [name], "scopes": ["read_registry"]}
