"""Every provider that is known, in the order in which a server is matched with them."""

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
"""In the order of matching; the last one takes what nobody else does."""

GENERIC = generic.PROVIDER


def by_slug(slug: str) -> Provider:
    """The provider of this slug; an unknown one raises ``KeyError``."""
    return {provider.slug: provider for provider in PROVIDERS}[slug]


def detect(server: Origin) -> Provider:
    """The provider of a registry by its host name alone; :data:`GENERIC` when nothing tells."""
    return next((p for p in PROVIDERS if p.serves(server.host)), GENERIC)


def detect_by_challenge(realm_path: str, service: str, server: Origin) -> Provider:
    """The provider that a server's Bearer challenge gives away, else :data:`GENERIC`."""
    return next((p for p in PROVIDERS if p.signs_in_at(realm_path, service, server)), GENERIC)
