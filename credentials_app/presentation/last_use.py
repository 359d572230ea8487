"""When a secret was last used by others, in words, and since when nobody is seen to use it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import Credential, SeenAddress
from credentials_app.schedule import LONGEST
from credentials_app.status import UseSeen

UNUSED_FOR = timedelta(days=90)
MOST_SHOWN = 10
TOLD_WITHIN = LONGEST + timedelta(days=1)
"""What the provider told longer ago says nothing of today; checks may be so far apart."""
BY_NOBODY = (UseSeen.NEVER.value, UseSeen.OURS.value)

MAIN: dict[UseSeen, str | Promise] = {
    UseSeen.UNTOLD: _("Unknown"),
    UseSeen.OTHERS: "",
    UseSeen.NEVER: _("Never"),
    UseSeen.OURS: _("By nobody else"),
    UseSeen.HIDDEN: _("Unknown"),
}
NOTES: dict[UseSeen, str | Promise] = {
    UseSeen.UNTOLD: _("no check has seen it"),
    UseSeen.OTHERS: "",
    UseSeen.NEVER: _("as the provider says"),
    UseSeen.OURS: _("only from Lockkeeper's own address, which others may share"),
    UseSeen.HIDDEN: _("our own checks hide uses by others"),
}
SINCE: dict[UseSeen, str | Promise] = {
    UseSeen.OURS: _("since then only from Lockkeeper's own address, which others may share"),
    UseSeen.HIDDEN: _("our own checks hide later uses by others"),
}


def unused(now: datetime, span: timedelta = UNUSED_FOR) -> Q:
    """The credentials that nobody else is seen to have used for so long, where that can be told.

    One that nobody ever used counts if its secret is stored here for so long. What a program or
    person fetched from here in that time is in use.
    """
    end = now - span
    no_use = Q(used_at__isnull=True) | Q(used_at__lte=end)
    by_nobody = Q(use_seen__in=BY_NOBODY, secret_set_at__lte=end) & no_use
    long_ago = Q(use_seen=UseSeen.OTHERS.value, used_at__lte=end)
    not_fetched = Q(fetched_at__isnull=True) | Q(fetched_at__lte=end)
    return Q(use_told_at__gt=now - TOLD_WITHIN) & (by_nobody | long_ago) & not_fetched


def is_unused(row: Credential, now: datetime) -> bool:
    """As :func:`unused`."""
    end, used_at = now - UNUSED_FOR, row.used_at
    if not _is_told(row, now) or (row.fetched_at is not None and row.fetched_at > end):
        return False
    if row.use_seen in BY_NOBODY:
        return row.secret_set_at <= end and (used_at is None or used_at <= end)
    return row.use_seen == UseSeen.OTHERS and used_at is not None and used_at <= end


def _is_told(row: Credential, now: datetime) -> bool:
    """True if the provider told it so short ago that it still holds."""
    return row.use_told_at is not None and row.use_told_at > now - TOLD_WITHIN


def cannot_be_told() -> Q:
    """The credentials whose uses by others our own checks hide."""
    return Q(use_seen=UseSeen.HIDDEN.value)


@dataclass(frozen=True)
class LastUseView:
    """The last use by others: ``at`` the latest then, or ``main`` says why there is no time.

    ``addresses`` are the newest that are not known to be ours, and ``more`` the number of others;
    ``may_be_ours``: one of them may be.
    ``told_at``: when the provider told it, if that is too long ago to hold today.
    """

    at: datetime | None
    main: str | Promise
    note: str | Promise
    addresses: tuple[SeenAddress, ...] = ()
    more: int = 0
    may_be_ours: bool = False
    told_at: datetime | None = None


def last_use_view(
    row: Credential, now: datetime, addresses: Iterable[tuple[SeenAddress, bool]] = ()
) -> LastUseView:
    """``addresses``: those that the reader may see, each with whether it is ours."""
    seen, listed = UseSeen(row.use_seen), list(addresses)
    others = tuple(address for address, is_ours in listed if not is_ours)
    return LastUseView(
        at=row.used_at,
        main=MAIN[seen],
        note=SINCE.get(seen, "") if row.used_at else NOTES[seen],
        addresses=others[:MOST_SHOWN],
        more=len(others[MOST_SHOWN:]),
        may_be_ours=not any(is_ours for _address, is_ours in listed),
        told_at=row.use_told_at if row.use_told_at and not _is_told(row, now) else None,
    )
