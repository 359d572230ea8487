"""On its own: the drawing and the color that stand for a provider in small places."""

from dataclasses import dataclass

from credentials_app.presentation.credential import provider_of

HUES = {
    "gitlab": 1,
    "ghcr": 2,
    "docker_hub": 3,
    "quay": 4,
    "ecr": 5,
    "ecr_public": 5,
    "acr": 6,
    "gar": 7,
    "harbor": 8,
    "ovhcloud": 3,
    "gitea": 7,
    "artifactory": 1,
    "nexus": 6,
    "digitalocean": 3,
    "ibm": 8,
    "oracle": 4,
    "alibaba": 1,
    "tencent": 3,
    "huawei": 4,
    "redhat": 4,
    "nvidia": 7,
    "cloudsmith": 8,
    "chainguard": 2,
}
OTHERS = 9


@dataclass(frozen=True)
class ProviderMark:
    """``hue`` is the number of a color of the style sheets; the label always stands beside it.

    ``icon`` is a drawing of our own in the sprite, not the provider's logo.
    """

    slug: str
    label: str
    icon: str
    hue: int


def provider_mark(slug: str) -> ProviderMark:
    """The mark of this provider."""
    provider = provider_of(slug)
    hue = HUES.get(provider.slug, OTHERS)
    return ProviderMark(slug, provider.label, f"mark-{provider.slug}", hue)
