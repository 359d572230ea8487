"""The chips above the list: the choices of each with their counts, and what is chosen."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.audit_filters import (
    AGE,
    CHECKED,
    DAY_WORDS,
    SECRET,
    SHARED,
    USED,
    WORKSPACE,
    in_days,
)
from credentials_app.presentation.list_counts import ListCounts, count_in_words
from credentials_app.presentation.list_filters import (
    ACCESS,
    ACROSS,
    CHIPS,
    ENDS,
    GROUPS,
    KNOWN,
    LIST_CHIPS,
    NO_TAG,
    NOBODY,
    OWNER,
    PROVIDER,
    PROVIDER_WORDS,
    SERVER,
    STATUS,
    STATUS_WORDS,
    TAG,
)
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.tags import tag_hue
from registry.addresses.origins import Origin

MOST_CHOICES = 50
"""A chip offers so many; the search finds the others."""
MOST_NARROWERS = 6
CHIP_WORDS: dict[str, str | Promise] = {
    STATUS: _("Status"),
    PROVIDER: _("Provider"),
    SERVER: _("Server"),
    OWNER: _("Owner"),
    ACCESS: _("Access"),
    ENDS: _("Ends"),
    TAG: _("Tag"),
    WORKSPACE: _("Workspace"),
    SECRET: _("Secret"),
    AGE: _("Age of the secret"),
    CHECKED: _("Last checked"),
    USED: _("Last used"),
}
NONE_OF = {OWNER: NOBODY, TAG: NO_TAG}
"""What finds the rows without a value; it stands below the values."""


@dataclass(frozen=True)
class ChipChoice:
    """A check box of a chip. ``heading`` stands above it; ``is_part``: it is part of a group;
    ``hue``: the number of its color, if it has one."""

    value: str
    word: str | Promise
    count: int | None
    is_on: bool = False
    is_part: bool = False
    heading: str | Promise = ""
    hue: int = 0

    @property
    def count_text(self) -> str:
        return "" if self.count is None else count_in_words(self.count)


@dataclass(frozen=True)
class Chosen:
    """A value that is chosen, and the URL of the list without it."""

    word: str | Promise
    url: str


@dataclass(frozen=True)
class Chip:
    """One filter of the list; ``left_out``: so many values have no check box."""

    name: str
    word: str | Promise
    choices: tuple[ChipChoice, ...]
    chosen: tuple[Chosen, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Narrower:
    """A link that keeps the rows of one provider only."""

    word: str | Promise
    count: str
    url: str


def by_provider(query: ListQuery, shown: Iterable[Chip]) -> list[Narrower]:
    """One click to each provider, while a status is chosen, no provider, and there are several."""
    if not query.chosen(STATUS) or query.chosen(PROVIDER):
        return []
    choices = next(chip.choices for chip in shown if chip.name == PROVIDER)[:MOST_NARROWERS]
    if len(choices) < 2:
        return []
    narrowed = {each.value: (*query.chips, (PROVIDER, each.value)) for each in choices}
    return [
        Narrower(each.word, each.count_text, query.url(chips=narrowed[each.value]))
        for each in choices
    ]


def chips(
    query: ListQuery,
    counts: ListCounts,
    *,
    names: Iterable[str] = LIST_CHIPS,
    compares: bool = False,
) -> list[Chip]:
    """These chips, and those of which something is chosen. A choice that finds nothing is left
    out, unless it is chosen or fixed. ``compares``: equal secrets may be asked for."""
    shown = {*names}
    return [
        _chip(name, query, counts, compares=compares)
        for name in CHIPS
        if name in shown or query.chosen(name)
    ]


def _chip(name: str, query: ListQuery, counts: ListCounts, *, compares: bool) -> Chip:
    on = query.chosen(name)
    if name == STATUS:
        choices = list(_statuses(counts, on))
    elif name in KNOWN and name != PROVIDER:
        fixed = [each for each in KNOWN[name] if each != SHARED or compares or each in on]
        choices = [
            ChipChoice(value, _word(name, value, counts), counts.count(name, value), value in on)
            for value in (*fixed, *(each for each in on if each not in KNOWN[name]))
        ]
    else:
        choices = list(_stored(name, counts, on))
    shown = [each for place, each in enumerate(choices) if each.is_on or place < MOST_CHOICES]
    removable = tuple(
        Chosen(_word(name, value, counts), query.without(name, value).url()) for value in on
    )
    return Chip(name, CHIP_WORDS[name], tuple(shown), removable, len(choices) - len(shown))


def _statuses(counts: ListCounts, on: Iterable[str]) -> Iterator[ChipChoice]:
    """The groups, each with its statuses below it, then what is in several groups."""

    def choice(value: str, *, is_part: bool, heading: str | Promise = "") -> ChipChoice:
        count = counts.count(STATUS, value)
        return ChipChoice(value, STATUS_WORDS[value], count, value in on, is_part, heading)

    def is_offered(value: str) -> bool:
        return counts.count(STATUS, value) != 0 or value in on

    for group, parts in GROUPS.items():
        yield choice(group, is_part=False)
        for part in parts:
            if is_offered(part):
                yield choice(part, is_part=True)
    heading: str | Promise = _("In several groups")
    for value in ACROSS:
        if is_offered(value):
            yield choice(value, is_part=False, heading=heading)
            heading = ""


def _stored(name: str, counts: ListCounts, on: tuple[str, ...]) -> Iterator[ChipChoice]:
    """The values that credentials have, the most frequent first; those of nobody last."""
    by_value = counts.of.setdefault(name, Counter())
    found = dict.fromkeys(value for value, _count in by_value.most_common())
    none = NONE_OF.get(name)
    values = [value for value in (found | dict.fromkeys(on)) if value != none]
    if none and (counts.of[name][none] or none in on):
        values.append(none)
    for value in values:
        hue = tag_hue(value) if name == TAG and value != none else 0
        if counts.of[name][value] or value in on:
            count, word = counts.count(name, value), _word(name, value, counts)
            yield ChipChoice(value, word, count, is_on=value in on, hue=hue)


def _word(name: str, value: str, counts: ListCounts) -> str | Promise:
    if name == PROVIDER:
        return PROVIDER_WORDS.get(value, value)
    if name == SERVER:
        return Origin.parse(value).display
    if name == OWNER:
        return _owner(value, counts)
    if name == TAG:
        return _("No tag") if value == NO_TAG else value
    if name == WORKSPACE:
        return counts.places.get(value, _("One that is not here"))
    if name in DAY_WORDS and value.isdigit():
        return in_days(name, value)
    return KNOWN[name][value]


def _owner(value: str, counts: ListCounts) -> str | Promise:
    """The name, with the address if another owner has the same name."""
    if value == NOBODY:
        return _("Nobody")
    if value not in counts.owners:
        return _("Somebody who owns none here")
    person, email = counts.owners[value]
    same = [other for other, _email in counts.owners.values() if other == person]
    return f"{person} ({email})" if len(same) > 1 else person


def filters_in_words(
    query: ListQuery, counts: ListCounts, instead: Mapping[tuple[str, str], str]
) -> list[str]:
    """What is chosen, some words for each chip; ``instead``: the words of some values."""
    found = []
    for name in CHIPS:
        words = [instead.get((name, on), _word(name, on, counts)) for on in query.chosen(name)]
        if words:
            found.append(f"{CHIP_WORDS[name]}: {gettext(' or ').join(map(str, words))}")
    return found


def chosen_and_gone(query: ListQuery, counts: ListCounts) -> list[str]:
    """The chosen values of people or things that are not in the workspace any more, in words."""
    owners = [on for on in query.chosen(OWNER) if on != NOBODY and on not in counts.owners]
    return [f"{CHIP_WORDS[OWNER]}: {_owner(on, counts)}" for on in owners]
