"""Every known provider, in the order in which a server is matched with them."""

from registry.addresses.origins import Origin
from registry.providers import (
    acr,
    docker_hub,
    generic,
    gitea,
    github,
    gitlab,
    google,
    harbor,
    profiles,
    quay,
)
from registry.providers.aws import ecr, ecr_public
from registry.providers.provider import Provider

#: In the order of matching. The last one matches every server.
PROVIDERS: tuple[Provider, ...] = (
    gitlab.PROVIDER,
    quay.PROVIDER,
    harbor.PROVIDER,
    harbor.OVHCLOUD,
    gitea.PROVIDER,
    acr.PROVIDER,
    *profiles.PROFILES,
    docker_hub.PROVIDER,
    github.PROVIDER,
    google.PROVIDER,
    ecr.PROVIDER,
    ecr_public.PROVIDER,
    generic.PROVIDER,
)

GENERIC = generic.PROVIDER


def by_slug(slug: str) -> Provider:
    """Return the provider of this slug; raises ``KeyError`` for an unknown one."""
    return {provider.slug: provider for provider in PROVIDERS}[slug]


def detect(server: Origin) -> Provider:
    """Return the provider that the host name identifies, else :data:`GENERIC`."""
    return next((p for p in PROVIDERS if p.serves(server.host)), GENERIC)


def registry_of_web_host(host: str) -> Origin | None:
    """Return the registry of a provider whose web host is given; None if it is none of them."""
    pairs = (pair for provider in PROVIDERS for pair in provider.web_hosts)
    found = next((registry for web, registry in pairs if web == host), "")
    return Origin("https", found, 443) if found else None


def detect_by_challenge(realm_path: str, service: str, server: Origin) -> Provider:
    """Return the provider that a server's Bearer challenge identifies, else :data:`GENERIC`.

    Takes the path of the realm, the service and the server that sent the challenge.
    """
    return next((p for p in PROVIDERS if p.signs_in_at(realm_path, service, server)), GENERIC)
