"""Whether a notice that waited is still news for its person, asked right before it is mailed."""

from collections.abc import Iterable
from datetime import datetime

from credentials_app.models import Credential, Notice, NoticeKind
from credentials_app.notices.quiet import is_acknowledged, snoozed_until
from credentials_app.notices.readers import Reader, hearing
from credentials_app.notices.reminders import is_still_right
from credentials_app.notices.timing import wants
from credentials_app.notices.trouble import still_waits
from credentials_app.status import Status


def when(notice: Notice, readers: Iterable[Reader], now: datetime) -> datetime | None:
    """``now``; later, as long as it is snoozed; or None when the person is not to hear it."""
    everybody = list(readers)
    reader = next((each for each in everybody if each.person.pk == notice.person_id), None)
    if reader is None or not wants(reader.pace, NoticeKind(notice.kind)):
        return None
    row = notice.credential
    if row is None:
        return now if notice.kind == NoticeKind.REACHABLE or still_waits(notice) else None
    if reader not in hearing(row, everybody) or _is_past(notice, row, now):
        return None
    return snoozed_until(row, now) or now


def _is_past(notice: Notice, row: Credential, now: datetime) -> bool:
    """Whether nobody would want to know any more."""
    if notice.kind == NoticeKind.EXPIRING and not is_still_right(notice, row, now):
        return True
    if row.status == Status.PAUSED:
        return notice.change is None or notice.change.new != Status.PAUSED
    return notice.kind != NoticeKind.GOOD and is_acknowledged(row)
