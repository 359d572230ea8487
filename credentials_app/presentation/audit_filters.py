"""The chips that an audit asks by: whose secret, its age, the last check and the last use."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials_app.presentation.last_use import unused
from credentials_app.presentation.list_conditions import in_the_clear
from credentials_app.services.leavers import known_of
from registry.providers.whose import Whose, kinds_of_whose

WORKSPACE, SECRET, AGE, CHECKED, USED = AUDIT_CHIPS = (
    "workspace", "secret", "age", "checked", "used",
)  # fmt: skip
SHARED, IN_THE_CLEAR, OF_LEAVERS, UNCHECKED = "shared", "http", "leaver", "never"
MOST_DAYS = 3_650
SECRET_WORDS: dict[str, str | Promise] = {
    Whose.PASSWORD: _("A person's password"),
    Whose.TOKEN: _("A person's token"),
    Whose.PERHAPS: _("Perhaps a person's"),
    Whose.MACHINE: _("A machine's"),
    SHARED: _("In two places"),
    IN_THE_CLEAR: _("Sent unencrypted"),
    OF_LEAVERS: _("Known to people who left"),
}
DAY_WORDS: dict[str, Promise] = {
    AGE: ngettext_lazy("Older than %(days)d day", "Older than %(days)d days", "days"),
    CHECKED: ngettext_lazy("Not for %(days)d day", "Not for %(days)d days", "days"),
    USED: ngettext_lazy("Not for %(days)d day", "Not for %(days)d days", "days"),
    "ends": ngettext_lazy("Within %(days)d day", "Within %(days)d days", "days"),
}
"""The words of a chip whose value is a number of days."""
USUAL_DAYS = {AGE: (90, 180, 365), CHECKED: (2, 7, 30), USED: (30, 90, 180)}
"""The days that each of these chips offers; an address may name others."""


def canonical_days(text: str) -> str:
    """The number of days as addresses carry it; empty if it is none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return str(int(text)) if is_number and 1 <= int(text) <= MOST_DAYS else ""


def in_days(chip: str, days: str) -> str:
    """The words of a number of days."""
    return str(DAY_WORDS[chip] % {"days": int(days)})


def usual_words(chip: str) -> dict[str, str | Promise]:
    """The values that a chip offers, with their words."""
    if chip == SECRET:
        return SECRET_WORDS
    never: dict[str, str | Promise] = {UNCHECKED: _("Never")} if chip == CHECKED else {}
    said = lazy(in_days, str)
    return never | {str(days): said(chip, str(days)) for days in USUAL_DAYS.get(chip, ())}


def audit_condition(chip: str, values: Sequence[str], now: datetime, *, shared: Q | None) -> Q:
    """The rows that one of the values fits.

    ``shared``: the rows whose secret is stored in two places that the reader may compare; None:
    none may be compared here.
    """
    if chip == WORKSPACE:
        return Q(workspace__in=values)
    if chip == SECRET:
        return reduce(or_, (_of_secret(value, now, shared) for value in values))
    return reduce(or_, (CONDITIONS_BY_DAYS[chip](value, now) for value in values))


def _of_secret(value: str, now: datetime, shared: Q | None) -> Q:
    if value == SHARED:
        return Q(pk__in=[]) if shared is None else shared
    if value == OF_LEAVERS:
        return Q(Exists(known_of(OuterRef("pk"))))
    return in_the_clear(now) if value == IN_THE_CLEAR else whose_secret(Whose(value))


def whose_secret(whose: Whose) -> Q:
    """The credentials whose secret is theirs, as the last check knew its kind."""
    return Q(secret_kind__in=kinds_of_whose(whose))


def _ago(days: str, now: datetime) -> datetime:
    return now - timedelta(days=int(days))


def _older(days: str, now: datetime) -> Q:
    return Q(secret_set_at__lte=_ago(days, now))


def _unchecked(days: str, now: datetime) -> Q:
    never = Q(last_checked_at__isnull=True)
    return never if days == UNCHECKED else never | Q(last_checked_at__lte=_ago(days, now))


def _unused(days: str, now: datetime) -> Q:
    return unused(now, timedelta(days=int(days)))


CONDITIONS_BY_DAYS: dict[str, Callable[[str, datetime], Q]] = {
    AGE: _older,
    CHECKED: _unchecked,
    USED: _unused,
}
