"""Lucide's icons, each drawn once per process: a long list shows the same few again and again."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()
MOST_DRAWN = 512


@register.simple_tag
def lucide(name: str, size: int = 24, **attributes: object) -> str:
    """The icon of this name; attributes are written ``aria_hidden="true"``."""
    given = {key: f"{value}" for key, value in attributes.items()}
    return _drawn(f"{name}", size, **given)


@lru_cache(MOST_DRAWN)
def _drawn(name: str, size: int, **attributes: str) -> str:
    return draw(name, size=size, **attributes)
