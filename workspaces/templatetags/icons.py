"""Lucide's icons, cached per process, because a long list repeats the same few."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide as draw

register = template.Library()
MAX_CACHED = 512


@register.simple_tag
def lucide(name: str, size: int = 24, **attributes: object) -> str:
    """The icon of this name. Write attributes with underscores: ``aria_hidden="true"``."""
    given = {key: f"{value}" for key, value in attributes.items()}
    return _drawn(f"{name}", size, **given)


@lru_cache(MAX_CACHED)
def _drawn(name: str, size: int, **attributes: str) -> str:
    return draw(name, size=size, **attributes)
