"""The chips of the list: what each can choose, and the condition of what is chosen."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import TAG_PATTERN, Tag
from credentials_app.presentation.audit_filters import (
    AUDIT_CHIPS,
    DAY_WORDS,
    WORKSPACE,
    audit_condition,
    canonical_days,
    usual_words,
)
from credentials_app.presentation.list_conditions import (
    ATTENTION,
    BAD,
    FILTERS,
    NO_END_KNOWN,
    UNCLEAR,
    UNUSED,
    WORKING,
    condition_of,
)
from credentials_app.selectors import IS_TOLD, ends_until
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, PUSH_NOT_PROVED, Status
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.providers import PROVIDERS

NOBODY, NO_END, NEVER_ENDS, THIS_MONTH, NO_TAG = "nobody", "none", "never", "month", "-"
MOST_VALUES = 50
"""So many values of one chip count."""
STATUS, PROVIDER, SERVER, OWNER, ACCESS, ENDS, TAG = LIST_CHIPS = (
    "status", "provider", "server", "owner", "access", "ends", "tag",
)  # fmt: skip
CHIPS = (*LIST_CHIPS, *AUDIT_CHIPS)
"""The list of a workspace offers the first ones only, and knows them all."""
PULL, PUSH, EXCESS = "pull", "push", "excess"
ACCESS_WORDS: dict[str, str | Promise] = {
    PULL: _("Pull"),
    PUSH: _("Push"),
    PUSH_NOT_PROVED.key: PUSH_NOT_PROVED.word,
    EXCESS: _("More than needed"),
}
END_WORDS: dict[str, str | Promise] = {
    THIS_MONTH: _("This month"),
    "7": _("Within 7 days"),
    "30": _("Within 30 days"),
    "90": _("Within 90 days"),
    NO_END: _("No end known"),
    NEVER_ENDS: _("Never, as far as known"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    ATTENTION: tuple(BAD),
    EXPIRING.key: (),
    UNCLEAR: (Status.UNVERIFIED, Status.UNPROVED),
    WORKING: (),
    Status.PAUSED: (),
}
"""Every credential is in one of these groups; the statuses below each are parts of it."""
ACROSS = (Status.VALID, COULD_NOT_CHECK.key, PUSH_NOT_PROVED.key, UNUSED)
"""The status filters whose credentials are in several groups."""
STATUS_WORDS: dict[str, str | Promise] = {**FILTERS, EXPIRING.key: _("Ending")}
PROVIDER_WORDS: dict[str, str | Promise] = {each.slug: each.label for each in PROVIDERS}


def canonical(chip: str, text: str) -> str:
    """The value as addresses carry it; empty if this chip cannot have it."""
    if chip == SERVER:
        return text if _is_server(text) else ""
    if chip == OWNER:
        return text if text == NOBODY else canonical_key(text)
    if chip == WORKSPACE:
        return canonical_key(text)
    if chip == TAG:
        return canonical_tag(text)
    if text in KNOWN[chip]:
        return text
    return canonical_days(text) if chip in DAY_WORDS else ""


def canonical_key(text: str) -> str:
    """The key of a row as addresses carry it; empty if it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def condition_of_chip(
    chip: str, values: Sequence[str], now: datetime, *, shared: Q | None = None
) -> Q:
    """The rows that one of the values fits; every row for none. ``shared``: as for an audit."""
    if not values:
        return Q()
    if chip in AUDIT_CHIPS:
        return audit_condition(chip, values, now, shared=shared)
    if chip == PROVIDER:
        return Q(shown_provider__in=values)
    if chip == SERVER:
        return Q(server__in=values)
    if chip == OWNER:
        people = Q(owner__in=[UUID(value) for value in values if value != NOBODY])
        return people | Q(owner__isnull=True) if NOBODY in values else people
    if chip == TAG:
        tagged = Q(tagged_with(name__in=[value for value in values if value != NO_TAG]))
        return tagged | ~Q(tagged_with()) if NO_TAG in values else tagged
    return reduce(or_, (CONDITIONS[chip](value, now) for value in values))


def canonical_tag(text: str) -> str:
    """The name as it is stored; empty if no tag can have it."""
    name = text.strip().lower()
    return name if name == NO_TAG or re.fullmatch(TAG_PATTERN, name) else ""


def tagged_with(**condition: Any) -> Exists:
    """True for a credential that has a tag like this; asked of each row by its own index."""
    return Exists(Tag.every.filter(credential=OuterRef("pk"), **condition))


def access_condition(value: str, now: datetime) -> Q:
    """The rows that are needed for this; ``push_not_proved`` as the status filter."""
    if value == EXCESS:
        return Q(has_excess=True)
    return Q(push=value == PUSH) if value in {PULL, PUSH} else condition_of(value, now)


def end_condition(value: str, now: datetime) -> Q:
    """The rows that end within a span from now, or whose end nobody knows."""
    if value == NEVER_ENDS:
        return ~IS_TOLD & Q(expires_on__isnull=True)
    return NO_END_KNOWN if value == NO_END else ends_until(now, last_of(value, now))


def last_of(span: str, now: datetime) -> datetime:
    """The last moment of a span: of so many days, or of the month in UTC, as typed ends are."""
    if span != THIS_MONTH:
        return now + timedelta(days=int(span))
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1) - timedelta(microseconds=1)


KNOWN: dict[str, dict[str, str | Promise]] = {
    STATUS: STATUS_WORDS,
    PROVIDER: PROVIDER_WORDS,
    ACCESS: ACCESS_WORDS,
    ENDS: END_WORDS,
    **{chip: usual_words(chip) for chip in AUDIT_CHIPS if chip != WORKSPACE},
}
"""The values, and their words, of the chips that do not depend on what is stored."""
CONDITIONS: dict[str, Callable[[str, datetime], Q]] = {
    STATUS: condition_of,
    ACCESS: access_condition,
    ENDS: end_condition,
}


def _is_server(text: str) -> bool:
    try:
        Origin.parse(text)
    except AddressError:
        return False
    return True
