"""The icons of the sprite ``static/img/icons.svg``; ``scripts/icons.py`` adds more to it."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()
SPRITE = "img/icons.svg"
MAX_CACHED = 512


@register.simple_tag
def lucide(name: str, size: int = 24, **attributes: str) -> str:
    """The icon of this name. Write attributes with underscores: ``aria_hidden="true"``."""
    return _drawn(name, size, **attributes)


@lru_cache(MAX_CACHED)
def _drawn(name: str, size: int, **attributes: str) -> str:
    """Raises LookupError for a name that the sprite does not have: nobody would see it."""
    sprite = settings.BASE_DIR / "static" / SPRITE
    if f'<symbol id="{name}"' not in sprite.read_text("utf-8"):
        raise LookupError(f"{SPRITE} has no icon {name!r}: python scripts/icons.py {name}")
    given = {key.replace("_", "-"): value for key, value in attributes.items()}
    parts = flatatt({"width": size, "height": size} | given)
    return format_html('<svg{}><use href="{}#{}"/></svg>', parts, static(SPRITE), name)
