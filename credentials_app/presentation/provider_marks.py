"""On its own: the letters and the color that stand for a provider in small places."""

from dataclasses import dataclass

from credentials_app.presentation.credential import provider_of

LETTERS = {
    "gitlab": ("GL", 1),
    "ghcr": ("GH", 2),
    "docker_hub": ("DH", 3),
    "quay": ("Q", 4),
    "ecr": ("EC", 5),
    "ecr_public": ("EP", 5),
    "acr": ("AZ", 6),
    "gar": ("GA", 7),
    "harbor": ("H", 8),
}
OTHERS = 9


@dataclass(frozen=True)
class ProviderMark:
    """``hue`` is the number of a color of the style sheets; the label always stands beside it."""

    slug: str
    label: str
    letters: str
    hue: int


def provider_mark(slug: str) -> ProviderMark:
    """The mark of this provider."""
    label = provider_of(slug).label
    letters, hue = LETTERS.get(slug, (label[:1], OTHERS))
    return ProviderMark(slug, label, letters, hue)
