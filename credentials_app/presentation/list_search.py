"""On its own: the search of the list. Each word must be in what the row shows, or in its notes."""

from datetime import datetime

from django.db.models import Q

from credentials_app.presentation.list_conditions import SHOWN
from registry.providers import PROVIDERS
from workspaces.models import User

MOST_WORDS = 10


def matches(search: str, now: datetime) -> Q:
    """The condition of a search; dates and times are not searched."""
    found = Q()
    for word in search.split()[:MOST_WORDS]:
        found &= _matches(word.lower(), word, now)
    return found


def _matches(word: str, typed: str, now: datetime) -> Q:
    """Cheapest first. SQLite knows upper and lower case of ASCII only, so both spellings count."""
    providers = [each.slug for each in PROVIDERS if word in each.label.lower()]
    found = Q(searched_text__contains=word)
    if not word.isascii():
        found |= Q(searched_text__contains=typed)
    if providers:
        found |= Q(shown_provider__in=providers)
    for words, condition in SHOWN:
        if any(part.startswith(word) for part in str(words).lower().split()):
            found |= condition(now)
    named = Q(name__icontains=word) | Q(email__icontains=word)
    return found | Q(owner__in=User.objects.filter(named).order_by().values("pk"))
