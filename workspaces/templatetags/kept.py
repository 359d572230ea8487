"""Includes whose text is kept, because a long list repeats the same few."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()
MAX_KEPT = 1024


@register.simple_tag
def kept(template_name: str, **values: Hashable) -> str:
    """Include a template whose text follows from these values and the language alone."""
    return _rendered(template_name, get_language(), **values)


@lru_cache(MAX_KEPT)
def _rendered(template_name: str, _language: str, **values: Hashable) -> str:
    return get_template(template_name).render(values)
