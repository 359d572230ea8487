"""On its own: the search of the list. Each word must be in what the row shows, or in its notes; a
word with a key, such as ``status:expired``, must be there where the key says."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from credentials_app.presentation.audit_filters import AGE, CHECKED, USED, canonical_days
from credentials_app.presentation.list_conditions import SHOWN, condition_of
from credentials_app.presentation.list_filters import (
    ACCESS_WORDS,
    END_WORDS,
    NOBODY,
    PROVIDER_WORDS,
    STATUS_WORDS,
    TAG,
    access_condition,
    canonical,
    canonical_tag,
    condition_of_chip,
    end_condition,
    tagged_with,
)
from workspaces.models import User, Workspace

MOST_WORDS = 10
WORD = re.compile(r'(?:"[^"]*"|\S)+')
"""Spaces within quotation marks belong to the word."""
Found = Q | None
"""None where the value of a key says nothing; then the whole word is searched as it is."""


def matches(search: str, now: datetime, *, is_wide: bool = False) -> Q:
    """The condition of a search; dates and times are not searched. ``is_wide``: among the rows of
    several workspaces, whose names are searched too."""
    found = Q()
    for word in WORD.findall(search)[:MOST_WORDS]:
        found &= _of_word(word, now, is_wide=is_wide)
    return found


def _of_word(typed: str, now: datetime, *, is_wide: bool) -> Q:
    key, separator, value = typed.partition(":")
    if separator and (read := KEYS.get(key.lower())) and (bare := _bare(value)):
        found = read(bare.lower(), now)
        if found is not None:
            return found
    if is_wide and key.lower() == "workspace" and _bare(value):
        return _workspace(_bare(value).lower())
    found = _anywhere(_bare(typed), now)
    return found | _workspace(_bare(typed).lower()) if is_wide else found


def _bare(text: str) -> str:
    """Without the quotation marks around it."""
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return text[1:-1].strip() if quoted else text


def _anywhere(typed: str, now: datetime) -> Q:
    """Cheapest first. SQLite knows upper and lower case of ASCII only, so both spellings count."""
    word = typed.lower()
    found = Q(searched_text__contains=word)
    if not word.isascii():
        found |= Q(searched_text__contains=typed)
    if providers := _providers(word):
        found |= Q(shown_provider__in=providers)
    for words, condition in SHOWN:
        if any(part.startswith(word) for part in str(words).lower().split()):
            found |= condition(now)
    return found | Q(tagged_with(name__contains=word)) | _owned_by(word)


def _providers(word: str) -> list[str]:
    return [slug for slug, label in PROVIDER_WORDS.items() if word in str(label).lower()]


def _owned_by(word: str) -> Q:
    named = Q(name__icontains=word) | Q(email__icontains=word)
    return Q(owner__in=User.objects.filter(named).order_by().values("pk"))


def _status(word: str, now: datetime) -> Found:
    """By the value in addresses, or by the beginning of its words."""
    spoken = word.replace("_", " ")
    named = [
        condition_of(value, now)
        for value, words in STATUS_WORDS.items()
        if spoken == value.replace("_", " ") or str(words).lower().startswith(spoken)
    ]
    return reduce(or_, named) if named else None


def _provider(word: str, _now: datetime) -> Found:
    slugs = [*_providers(word), *(slug for slug in PROVIDER_WORDS if slug == word)]
    return Q(shown_provider__in=slugs) if slugs else None


def _owner(word: str, _now: datetime) -> Found:
    return Q(owner__isnull=True) if word == NOBODY else _owned_by(word)


def _access(word: str, now: datetime) -> Found:
    value = word.replace(" ", "_")
    return access_condition(value, now) if value in ACCESS_WORDS else None


def _ends(word: str, now: datetime) -> Found:
    if word in END_WORDS:
        return end_condition(word, now)
    days = canonical_days(word)
    return end_condition(days, now) if days else None


def _by_days(chip: str) -> Callable[[str, datetime], Found]:
    def found(word: str, now: datetime) -> Found:
        value = canonical(chip, word)
        return condition_of_chip(chip, [value], now) if value else None

    return found


def _workspace(word: str) -> Q:
    """By its name, that of its organization, or the person whose own it is."""
    named = Q(name__icontains=word) | Q(organization__name__icontains=word)
    named |= Q(owner__email__icontains=word) | Q(owner__name__icontains=word)
    return Q(workspace__in=Workspace.objects.filter(named).order_by().values("pk"))


def _tag(word: str, now: datetime) -> Found:
    name = canonical_tag(word)
    return condition_of_chip(TAG, [name], now) if name else None


KEYS: dict[str, Callable[[str, datetime], Found]] = {
    "status": _status,
    "provider": _provider,
    "server": lambda word, _now: Q(server__icontains=word),
    "owner": _owner,
    "ends": _ends,
    "access": _access,
    "user": lambda word, _now: Q(username__icontains=word),
    "tag": _tag,
    "repo": lambda word, _now: Q(repository__icontains=word),
    **{chip: _by_days(chip) for chip in (AGE, CHECKED, USED)},
}
"""The words before a colon, each with what its value finds."""
