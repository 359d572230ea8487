"""Links to the page that creates a token: one row per provider, and self-hosted GitLabs."""

from urllib.parse import parse_qs, urlsplit

import pytest

from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.providers import PROVIDERS, by_slug
from registry.providers.provider import Provider
from registry.providers.token_choice import TokenWish
from registry.providers.token_links import offered_tokens, token_link

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
        wish = TokenWish(origin(server), name="deploy", push=push)
        assert token_link(by_slug(slug), wish) == link


@pytest.mark.parametrize("slug", sorted(LINKS.keys() - {"generic"}))
def test_without_a_server_there_is_a_page_all_the_same(slug: str) -> None:
    assert token_link(by_slug(slug), TokenWish(None)).startswith("https://")


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
    link = token_link(by_slug("gitlab"), TokenWish(origin(server), seen, name="x"))
    assert urlsplit(link).netloc == host


def test_a_name_cannot_add_to_the_address() -> None:
    name = "a&scopes=api#b c"
    link = token_link(by_slug("gitlab"), TokenWish(origin("registry.gitlab.com"), name=name))
    assert parse_qs(urlsplit(link).query) == {"name": [name], "scopes": ["read_registry"]}


SETTINGS = "https://gitlab.example.org/{}/-/settings/repository#js-deploy-tokens"
PROJECTS = {
    "a project in a group": ("group/project", ["group/project"]),
    "an image below a project, or a project in a subgroup": (
        "group/sub/app",
        ["group/sub", "group/sub/app"],
    ),
    "a project is at most two names above its image": (
        "a/b/c/d/e",
        ["a/b/c", "a/b/c/d", "a/b/c/d/e"],
    ),
    "a name of one part is no project": ("app", []),
    "no repository": ("", []),
}


def deploy_tokens(wish: TokenWish) -> list[tuple[str, str]]:
    first = offered_tokens(by_slug("gitlab"), wish)[0]
    assert first.choice.label == "Deploy token"
    return [(link.label, link.url) for link in first.links]


@pytest.mark.parametrize("case", PROJECTS)
def test_the_deploy_tokens_of_every_project_that_may_be_meant_are_linked(case: str) -> None:
    repository, projects = PROJECTS[case]
    wish = TokenWish(origin("registry.gitlab.example.org"), repository=repository)
    assert deploy_tokens(wish) == [(path, SETTINGS.format(path)) for path in projects]


def test_a_gitlab_whose_pages_nobody_knows_gets_no_links() -> None:
    assert deploy_tokens(TokenWish(origin("images.example.org"), repository="group/project")) == []
    assert deploy_tokens(TokenWish(None, repository="group/project")) == []


#: The kind of the secret that is replaced, the repository, and the end of the page's address.
FIRST_PAGES = {
    "a new one in a project": ("", "group/project", "settings/repository#js-deploy-tokens"),
    "a new one where several projects may be meant": (
        "",
        "group/sub/app",
        "personal_access_tokens?name=x&scopes=read_registry",
    ),
    "another deploy token": (
        "deploy_token",
        "group/project",
        "settings/repository#js-deploy-tokens",
    ),
    "another access token": (
        "access_token",
        "group/project",
        "personal_access_tokens?name=x&scopes=read_registry",
    ),
    "a password": ("password", "group/project", "settings/repository#js-deploy-tokens"),
}


@pytest.mark.parametrize("case", FIRST_PAGES)
def test_the_page_is_that_of_the_kind_that_is_replaced_else_of_the_best_kind(case: str) -> None:
    kind, repository, end = FIRST_PAGES[case]
    server = origin("registry.gitlab.com")
    wish = TokenWish(server, name="x", repository=repository, kind=kind)
    assert token_link(by_slug("gitlab"), wish).endswith(end)


WITH_CHOICES = [provider for provider in PROVIDERS if provider.choices]


@pytest.mark.parametrize("provider", WITH_CHOICES, ids=lambda provider: provider.slug)
def test_the_first_choice_is_one_that_a_person_can_make_and_kinds_are_the_providers_own(
    provider: Provider,
) -> None:
    assert provider.choices[0].path
    kinds = {kind.slug for kind in provider.kinds} | {""}
    assert {choice.kind for choice in provider.choices} <= kinds
    labels = [choice.label for choice in provider.choices]
    assert len(labels) == len(set(labels))
