"""The life of a secret on one axis: stored, first good, bad since, today, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials_app.presentation.credential import CredentialView
from credentials_app.status import Status, Tone

LENGTH = 600
"""Of the axis, in units of the drawing."""
SHORTEST = timedelta(hours=1)
"""An axis of a secret that is stored just now still has a length."""
OLD_DAYS = 180
"""From this age on, a new secret is proposed."""


@dataclass(frozen=True)
class LifePoint:
    """A point of the axis; ``kind`` decides its shape and color, ``x`` is in units."""

    kind: str
    word: str | Promise
    at: datetime
    x: int


@dataclass(frozen=True)
class LifeLine:
    """Points in the order of time; ``today`` is where now is on the axis, ``good_from`` where it
    was first good, ``good_until`` where it was last seen good, ``bad_from`` where the bad part
    starts, if it is bad; all in units. ``flags``: status changes between."""

    points: Sequence[LifePoint]
    today: int
    good_from: int | None
    good_until: int
    bad_from: int | None
    flags: Sequence[int]
    age_days: int
    length: int = LENGTH

    @property
    def hint(self) -> str:
        """A word about an old secret; empty for others."""
        if self.age_days < OLD_DAYS:
            return ""
        words = ngettext(
            "This secret is %(days)s day old. A new one from time to time limits the harm of a "
            "leak that nobody noticed.",
            "This secret is %(days)s days old. A new one from time to time limits the harm of a "
            "leak that nobody noticed.",
            self.age_days,
        )
        return words % {"days": self.age_days}


def life_line(
    view: CredentialView, first_good: datetime | None, changes: Sequence[datetime]
) -> LifeLine:
    """``first_good``: the first check that found the stored secret valid; ``changes``: the times
    of status changes."""
    row, now = view.row, view.now
    bad_since = view.since if view.badge.label.tone is Tone.BAD else None
    named: list[tuple[str, str | Promise, datetime | None]] = [
        ("stored", _("Stored"), row.secret_set_at),
        ("good", _("First good"), first_good),
        ("bad", _("%(status)s since") % {"status": view.badge.label.word}, bad_since),
        ("end", _("Ended") if view.expiry.is_past(now) else _("Ends"), view.expiry.at),
    ]
    start = row.secret_set_at
    known = [(kind, word, at) for kind, word, at in named if at is not None and at >= start]
    length = max([now, *(at for _kind, _word, at in known)]) - start

    def place(at: datetime) -> int:
        return round(LENGTH * ((at - start) / max(length, SHORTEST)))

    points = [LifePoint(kind, word, at, place(at)) for kind, word, at in known]
    return LifeLine(
        points=sorted(points, key=lambda point: point.at),
        today=place(now),
        good_from=place(first_good) if first_good and first_good >= start else None,
        good_until=place(max(_good_until(view, bad_since), start)),
        bad_from=place(bad_since) if bad_since and bad_since >= start else None,
        flags=[place(at) for at in changes if start < at <= now],
        age_days=(now - start).days,
    )


def _good_until(view: CredentialView, bad_since: datetime | None) -> datetime:
    """Today for one that works; for a paused, an unverified or a bad one, and while it cannot be
    checked, when it was last seen to work."""
    row, until = view.row, bad_since or view.now
    is_known = row.status == Status.VALID and not row.could_not_look_shown
    return until if is_known or row.last_good_at is None else min(until, row.last_good_at)
