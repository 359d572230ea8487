"""What a row of the list shows, as conditions of the database."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Case, DateTimeField, F, Func, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.last_use import unused
from credentials_app.selectors import IS_TOLD, expiring
from credentials_app.status import (
    COULD_NOT_CHECK,
    EXPIRING,
    PUSH_NOT_PROVED,
    STATUS_LABELS,
    Status,
    is_bad,
)

ATTENTION, UNCLEAR, WORKING, UNUSED = "attention", "unclear", "working", "unused"
BAD = [status.value for status in Status if is_bad(status)]


class AsMidnight(Func):
    """The first moment of a day in UTC."""

    output_field = DateTimeField()
    template = "(CAST(%(expressions)s AS timestamp) AT TIME ZONE 'UTC')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite stores times as text in UTC."""
        return self.as_sql(compiler, connection, template="(%(expressions)s || ' 00:00:00')")


END = Case(
    When(IS_TOLD, then=F("expires_at")),
    default=AsMidnight("expires_on"),
    output_field=DateTimeField(),
)
"""The end as :func:`credentials_app.expiry.expiry_of` computes it; a typed day begins in UTC."""
NO_END_KNOWN = (IS_TOLD & Q(expires_at__isnull=True)) | (~IS_TOLD & Q(expires_on__isnull=True))
FILTERS: dict[str, str | Promise] = {
    ATTENTION: _("Broken"),
    UNCLEAR: _("Unclear"),
    WORKING: _("Working"),
    **{label.key: label.word for label in (EXPIRING, COULD_NOT_CHECK, PUSH_NOT_PROVED)},
    **{status.value: STATUS_LABELS[status].word for status in Status},
    UNUSED: _("Unused for 90 days"),
}
"""The status filters and their words."""


def ended(now: datetime) -> Q:
    """It worked, and the end that the registry or the secret names is past: shown as expired."""
    return Q(status=Status.VALID, expires_at__lte=now) & IS_TOLD


def ends_soon(now: datetime) -> Q:
    """It works, and its end is near, or a typed one is past."""
    found, typed = expiring(now)
    return (found & Q(expires_at__gt=now)) | typed


def _goes_on(now: datetime) -> Q:
    """It works, and its end is not near."""
    return Q(status=Status.VALID) & ~ended(now) & ~ends_soon(now)


def condition_of(value: str, now: datetime) -> Q:
    """The rows of a status filter; every row for no filter."""
    if value == EXPIRING.key:
        return ends_soon(now)
    if value == UNCLEAR:
        unproved = Q(status__in=[Status.UNVERIFIED, Status.UNPROVED])
        return unproved | (_goes_on(now) & Q(could_not_look_shown=True))
    if value == WORKING:
        return _goes_on(now) & Q(could_not_look_shown=False)
    if value == COULD_NOT_CHECK.key:
        return Q(could_not_look_shown=True)
    if value == UNUSED:
        return unused(now)
    if value == PUSH_NOT_PROVED.key:
        return Q(status=Status.VALID, push_not_proved=True) & ~ended(now)
    if value == ATTENTION:
        return Q(status__in=BAD) | ended(now)
    if value == Status.EXPIRED:
        return Q(status=value) | ended(now)
    if value == Status.VALID:
        return Q(status=value) & ~ended(now)
    return Q(status=value) if value else Q()


def snoozed(now: datetime) -> Q:
    """As :func:`credentials_app.notices.muting.snoozed_until`."""
    return Q(snoozed_until__gt=now)


def acknowledged(_now: datetime) -> Q:
    """As :func:`credentials_app.notices.muting.is_acknowledged`."""
    same_end = Q(acknowledged_end=END) | (NO_END_KNOWN & Q(acknowledged_end__isnull=True))
    return Q(acknowledged_at__gte=F("status_since")) & same_end


def in_the_clear(_now: datetime) -> Q:
    """The password travels unencrypted."""
    return Q(server__startswith="http://")


APART = {ATTENTION, UNCLEAR, WORKING, UNUSED}
"""The filters whose words no row shows."""
SHOWN: list[tuple[str | Promise, Callable[[datetime], Q]]] = [
    *((word, partial(condition_of, key)) for key, word in FILTERS.items() if key not in APART),
    (_("Snoozed"), snoozed),
    (_("Acknowledged"), acknowledged),
    (_("Not encrypted"), in_the_clear),
]
"""The words that a row may show about its state, each with its condition."""
