"""The panel of a credential's page that says if its notices are muted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from credentials_app.models import StatusChange
from credentials_app.notices.muting import is_acknowledged, is_urgent, snoozed_until
from credentials_app.notices.timing import DAY, FLAPPING, FLAPS
from credentials_app.presentation.credential import CredentialView
from credentials_app.status import COULD_NOT_CHECK


@dataclass(frozen=True)
class MutingView:
    """``may_be``: a snooze makes sense, because there is news.

    ``may_be_known``: the news is about status or end, so an acknowledgement makes sense too.
    ``flaps``: it keeps changing, and the notices of a day go into one mail.
    """

    acknowledged_by: str
    acknowledged_at: datetime | None
    until: datetime | None
    may_be: bool
    may_be_known: bool
    flaps: bool

    @property
    def is_on(self) -> bool:
        """True if its notices are muted now."""
        return self.acknowledged_at is not None or self.until is not None


def muting_view(seen: CredentialView, changes: Iterable[StatusChange], now: datetime) -> MutingView:
    """The panel of a credential with its latest changes."""
    row, is_known = seen.row, is_acknowledged(seen.row)
    urgent = is_urgent(row, now)
    return MutingView(
        acknowledged_by=row.acknowledged_by if is_known else "",
        acknowledged_at=row.acknowledged_at if is_known else None,
        until=snoozed_until(row, now),
        may_be=urgent or seen.badge.note is COULD_NOT_CHECK,
        may_be_known=urgent,
        flaps=sum(1 for each in changes if each.tell in FLAPS and each.at > now - DAY) >= FLAPPING,
    )
