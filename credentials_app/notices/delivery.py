"""Puts the notices of one person that are due into one mail: one transaction, so once."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from common.models import OutgoingMail
from credentials_app.models import Credential, Notice, NoticeKind, Outage
from credentials_app.notices.mail import notice_mail
from credentials_app.notices.muting import is_acknowledged, snoozed_until
from credentials_app.notices.outage_advice import still_waits
from credentials_app.notices.recipients import Recipient, hearing, recipients_in
from credentials_app.notices.reminders import is_still_right
from credentials_app.notices.timing import HOUR, may_mail, wants
from credentials_app.status import Status
from workspaces.mails.compose import post
from workspaces.models import User, Workspace

KEPT = timedelta(days=90)
AT_ONCE = 5000
Rows = list[Notice]


def waiting_people(now: datetime) -> list[UUID]:
    """Everybody for whom a notice is due."""
    due = Notice.objects.filter(mailed_at__isnull=True, due_at__lte=now)
    return list(due.order_by("person").values_list("person", flat=True).distinct())


def mail_due_notices(pk: UUID | str, *, now: datetime) -> OutgoingMail | None:
    """Mail this person what is due, if so many mails may be; drop what they do not want."""
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if person is None or not may_mail(_sent_to(person, now), now):
            return None
        news = _sift(_due(person, now), now)
        if not news:
            return None
        sent = post(
            to=person.email, words=notice_mail(person, news, now), dedupe_key=_key(news), now=now
        )
        _mark(news, now, sent)
    return sent


def _due(person: User, now: datetime) -> Rows:
    """What waits; held so that nobody else takes it, since the person is."""
    rows = Notice.objects.filter(person=person, mailed_at__isnull=True, due_at__lte=now)
    rows = rows.select_related("credential", "change")
    unread = ("credential__sealed", "credential__notes", "credential__verdict")
    found = sorted(rows.defer(*unread), key=_order)
    _let_share(found, person)
    return found


def _let_share(rows: Rows, person: User) -> None:
    """Thousands of rows are about a few workspaces, read once; a credential never moves."""
    keys = {row.workspace_id for row in rows if row.workspace_id}
    places = Workspace.objects.select_related("organization").in_bulk(keys)
    for row in rows:
        row.person = person
        row.workspace = places[row.workspace_id] if row.workspace_id else None
        if row.credential is not None and row.workspace is not None:
            row.credential.workspace = row.workspace


def _order(row: Notice) -> tuple[datetime, str, str]:
    """As it happened; at the same moment by name."""
    name = row.credential.name if row.credential else row.server
    return row.since or row.made_at, name.lower(), row.key


def _sift(rows: Rows, now: datetime) -> Rows:
    """Those that are still news; the others are dropped, or wait on."""
    readers = recipients_in({row.workspace for row in rows if row.workspace})
    news, gone = [], []
    for row in rows:
        at = still_due_at(row, readers.get(row.workspace_id, ()) if row.workspace_id else (), now)
        if at == now:
            news.append(row)
        elif at is None:
            gone.append(row)
        else:
            Notice.objects.filter(pk=row.pk).update(due_at=at)
    _mark(gone, now, None)
    return news


def _sent_to(person: User, now: datetime) -> Iterable[datetime]:
    """When the mails of the last hour were made."""
    told = Notice.objects.filter(person=person, mailed_at__gt=now - HOUR, mail__isnull=False)
    return [at for _mail, at in told.values_list("mail", "mailed_at").distinct() if at]


def _mark(rows: Rows, now: datetime, sent: OutgoingMail | None) -> None:
    if rows:
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now, mail=sent)


def _key(news: Rows) -> str:
    """Names what the mail tells, and so the mail."""
    keys = "\n".join(sorted(row.key for row in news))
    return f"notices:{hashlib.sha256(keys.encode()).hexdigest()}"


def still_due_at(notice: Notice, readers: Iterable[Recipient], now: datetime) -> datetime | None:
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


def delete_old_notices(*, now: datetime) -> int:
    """Delete what was mailed long ago and is over; gives how many."""
    open_at = Outage.objects.filter(over_at__isnull=True).values("server")
    goes_on = Q(ends_at__gt=now) | Q(kind=NoticeKind.UNREACHABLE, server__in=open_at)
    old = Notice.objects.filter(mailed_at__lt=now - KEPT).exclude(goes_on)
    pks = list(old.order_by("mailed_at").values_list("pk", flat=True)[:AT_ONCE])
    Outage.objects.filter(over_at__lt=now - KEPT).delete()
    return Notice.objects.filter(pk__in=pks).delete()[0] if pks else 0
