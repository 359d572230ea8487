"""The mark of a provider, for the place before its name."""

from django import template

from credentials_app.presentation.provider_marks import provider_mark
from workspaces.templatetags.icons import lucide

register = template.Library()


@register.simple_tag
def provider_icon(slug: str, size: int = 16) -> str:
    """The drawing of this provider in its color."""
    mark = provider_mark(slug)
    return lucide(mark.icon, size, aria_hidden="true", **{"class": f"provider-mark hue-{mark.hue}"})
