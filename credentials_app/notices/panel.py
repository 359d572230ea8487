"""Whether people hear of a credential, as its page says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from credentials_app.models import StatusChange
from credentials_app.notices.muting import is_acknowledged, is_loud, snoozed_until
from credentials_app.notices.timing import DAY, FLAPPING
from credentials_app.presentation.credential import CredentialView
from credentials_app.status import COULD_NOT_CHECK


@dataclass(frozen=True)
class MutingView:
    """``may_be``: there is something to tell that people may not want to hear for a while.

    ``may_be_known``: it is about status or end, so that an acknowledgement ends with them.

    ``flaps``: it keeps changing, and the news of a day goes into one mail.
    """

    acknowledged_by: str
    acknowledged_at: datetime | None
    until: datetime | None
    may_be: bool
    may_be_known: bool
    flaps: bool

    @property
    def is_on(self) -> bool:
        """Whether nobody hears of it now."""
        return self.acknowledged_at is not None or self.until is not None


def muting_view(seen: CredentialView, changes: Iterable[StatusChange], now: datetime) -> MutingView:
    """Of a credential as it is shown, with its latest changes."""
    row, known = seen.row, is_acknowledged(seen.row)
    loud = is_loud(row, now)
    return MutingView(
        acknowledged_by=row.acknowledged_by if known else "",
        acknowledged_at=row.acknowledged_at if known else None,
        until=snoozed_until(row, now),
        may_be=loud or seen.badge.note is COULD_NOT_CHECK,
        may_be_known=loud,
        flaps=sum(1 for each in changes if each.tell and each.at > now - DAY) >= FLAPPING,
    )
