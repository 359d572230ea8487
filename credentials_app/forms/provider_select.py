"""The provider's tiles and its select: the page chooses one, until a person chooses another.

A tile that a person picks counts; the tile *more* leaves the choice to the select. The page says in
``told`` which provider it chose by itself, by the server or by the shape of the secret: that one is
stored as *found by its server*, so that it follows when the server changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from credentials_app.presentation.provider_marks import ProviderMark, provider_mark
from registry.providers import GENERIC, PROVIDERS
from registry.providers.provider import Provider

MORE = "more"
TILES = {
    "gitlab": "GitLab",
    "ghcr": "GitHub",
    "docker_hub": "Docker Hub",
    "quay": "Quay",
    "ecr": "Amazon ECR",
    "acr": "Azure",
    "gar": "Google",
    "harbor": "Harbor",
}
WORDS = (
    "label",
    "summary",
    "username_label",
    "username_help",
    "username_example",
    "usual_username",
    "secret_label",
    "secret_help",
    "server_example",
    "only_server",
    "repository_example",
)


@dataclass(frozen=True)
class ProviderTile:
    """A provider that many people have, with its short name."""

    label: str
    mark: ProviderMark
    is_chosen: bool


def tiles(chosen: Provider) -> Iterator[ProviderTile]:
    """The tiles, in the order of the page."""
    for slug, label in TILES.items():
        yield ProviderTile(label, provider_mark(slug), slug == chosen.slug)


def with_choice(data: Any) -> Any:
    """The form's data with the provider that a person chose, by a tile or in the select."""
    if data is None or not (data.get("tile") or data.get("told")):
        return data
    tile = data.get("tile", "")
    slug = data.get("provider", "") if tile in ("", MORE) else tile
    chosen = data.copy()
    chosen["provider"] = GENERIC.slug if slug == data.get("told") else slug
    return chosen


def choices() -> list[tuple[str, str]]:
    """First *found by its server*, then the providers by name."""
    named = sorted((p for p in PROVIDERS if p is not GENERIC), key=lambda p: p.label.lower())
    any_other = _("%(label)s, found by its server") % {"label": GENERIC.label}
    return [(GENERIC.slug, any_other), *((provider.slug, provider.label) for provider in named)]


def words_of(provider: Provider) -> dict[str, str]:
    """The words of a provider as data attributes."""
    return {f"data-{word.replace('_', '-')}": getattr(provider, word) for word in WORDS}


class ProviderSelect(forms.Select):
    """A plain select; a small script reads the words when another option is chosen.

    ``told``: the provider that the page chose by itself, which is shown in place of *found by its
    server*; empty if there is none.
    """

    told = ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, self.told or value, attrs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        provider = next((p for p in PROVIDERS if p.slug == str(value)), None)
        if provider:
            option["attrs"].update(words_of(provider))
        return option
