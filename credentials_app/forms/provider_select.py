"""The provider's select: each option carries the words that the other fields show for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from registry.providers import GENERIC, PROVIDERS
from registry.providers.provider import Provider

WORDS = (
    "summary",
    "username_label",
    "username_help",
    "username_example",
    "usual_username",
    "secret_label",
    "secret_help",
    "server_example",
    "repository_example",
)


def choices() -> list[tuple[str, str]]:
    """First *found by its server*, then the providers by name."""
    named = sorted((p for p in PROVIDERS if p is not GENERIC), key=lambda p: p.label.lower())
    any_other = _("%(label)s, found by its server") % {"label": GENERIC.label}
    return [(GENERIC.slug, any_other), *((provider.slug, provider.label) for provider in named)]


def words_of(provider: Provider) -> dict[str, str]:
    """The words of a provider as data attributes."""
    return {f"data-{word.replace('_', '-')}": getattr(provider, word) for word in WORDS}


class ProviderSelect(forms.Select):
    """A plain select; a small script reads the words when another option is chosen."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        provider = next((p for p in PROVIDERS if p.slug == str(value)), None)
        if provider:
            option["attrs"].update(words_of(provider))
        return option
