"""Puts the due notices of one person into one mail: one transaction, so each is mailed once."""

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
from credentials_app.notices.new_addresses import may_know_addresses
from credentials_app.notices.outage_advice import still_waits
from credentials_app.notices.recipients import Recipient, recipients_among, recipients_in
from credentials_app.notices.reminders import is_still_right
from credentials_app.notices.timing import HOUR, may_mail, wants
from credentials_app.status import Status
from workspaces.mails.compose import post
from workspaces.models import User, Workspace

RETENTION = timedelta(days=90)
MOST_DELETED = 5000
UNREAD_COLUMNS = tuple(
    f"credential__{column}" for column in ("sealed", "notes", "searched_text", "verdict")
)


def waiting_people(now: datetime) -> list[UUID]:
    """The keys of the people for whom a notice is due."""
    due = Notice.objects.filter(mailed_at__isnull=True, due_at__lte=now)
    return list(due.order_by("person").values_list("person", flat=True).distinct())


def mail_due_notices(pk: UUID | str, *, now: datetime) -> OutgoingMail | None:
    """Mail this person the due notices, if the rate limit of mails allows it.

    Notices that the person does not want any more are dropped.
    """
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if person is None or not may_mail(_recent_mails(person, now), now):
            return None
        news = _still_news(_due_notices(person, now), now)
        if not news:
            return None
        mail = post(
            to=person.email,
            words=notice_mail(person, news, now),
            dedupe_key=_dedupe_key(news),
            now=now,
        )
        _close(news, now, mail)
    return mail


def _recent_mails(person: User, now: datetime) -> Iterable[datetime]:
    """The times of this person's mails of the last hour."""
    mailed = Notice.objects.filter(person=person, mailed_at__gt=now - HOUR, mail__isnull=False)
    return [at for _mail, at in mailed.values_list("mail", "mailed_at").distinct() if at]


def _due_notices(person: User, now: datetime) -> list[Notice]:
    """The due notices in mail order. The lock on the person keeps other workers from them."""
    rows = Notice.objects.filter(person=person, mailed_at__isnull=True, due_at__lte=now)
    rows = rows.select_related("credential", "change", "seen").defer(*UNREAD_COLUMNS)
    notices = sorted(rows, key=_mail_order)
    _share_workspaces(notices, person)
    return notices


def _mail_order(notice: Notice) -> tuple[datetime, str, str]:
    """By time; at the same time by name."""
    name = notice.credential.name if notice.credential else notice.server
    return notice.since or notice.made_at, name.lower(), notice.key


def _share_workspaces(notices: list[Notice], person: User) -> None:
    """Read each workspace once for thousands of notices; a credential never moves to another."""
    keys = {notice.workspace_id for notice in notices if notice.workspace_id}
    workspaces = Workspace.objects.select_related("organization").in_bulk(keys)
    for notice in notices:
        notice.person = person
        notice.workspace = workspaces[notice.workspace_id] if notice.workspace_id else None
        if notice.credential is not None and notice.workspace is not None:
            notice.credential.workspace = notice.workspace


def _still_news(notices: list[Notice], now: datetime) -> list[Notice]:
    """The notices to mail now. The others are dropped, or postponed while they are snoozed."""
    recipients = recipients_in({each.workspace for each in notices if each.workspace})
    news, dropped = [], []
    for notice in notices:
        key = notice.workspace_id
        due_at = still_due_at(notice, recipients.get(key, ()) if key else (), now)
        if due_at == now:
            news.append(notice)
        elif due_at is None:
            dropped.append(notice)
        else:
            Notice.objects.filter(pk=notice.pk).update(due_at=due_at)
    _close(dropped, now, None)
    return news


def still_due_at(notice: Notice, recipients: Iterable[Recipient], now: datetime) -> datetime | None:
    """``now``; later while it is snoozed; None if the person is not to get it any more."""
    everybody = list(recipients)
    recipient = next((each for each in everybody if each.person.pk == notice.person_id), None)
    if recipient is None or not wants(recipient.pace, NoticeKind(notice.kind)):
        return None
    row = notice.credential
    if row is None:
        return now if notice.kind == NoticeKind.REACHABLE or still_waits(notice) else None
    if recipient not in recipients_among(everybody, row) or _is_outdated(notice, row, now):
        return None
    if notice.kind == NoticeKind.NEW_ADDRESS and not may_know_addresses(recipient):
        return None
    if notice.kind == NoticeKind.BROUGHT_BACK:
        return now
    return snoozed_until(row, now) or now


def _is_outdated(notice: Notice, row: Credential, now: datetime) -> bool:
    """True if the credential has changed so that nobody needs this notice."""
    if notice.kind in (NoticeKind.BROUGHT_BACK, NoticeKind.NEW_ADDRESS):
        return False
    if notice.kind == NoticeKind.EXPIRING and not is_still_right(notice, row, now):
        return True
    if row.status == Status.PAUSED:
        return notice.change is None or notice.change.new != Status.PAUSED
    return notice.kind != NoticeKind.GOOD and is_acknowledged(row)


def _dedupe_key(news: list[Notice]) -> str:
    """The same notices make the same mail."""
    keys = "\n".join(sorted(notice.key for notice in news))
    return f"notices:{hashlib.sha256(keys.encode()).hexdigest()}"


def _close(notices: list[Notice], now: datetime, mail: OutgoingMail | None) -> None:
    """Note the mail that they are in; None: they were dropped."""
    if notices:
        keys = [notice.pk for notice in notices]
        Notice.objects.filter(pk__in=keys).update(mailed_at=now, mail=mail)


def delete_old_notices(*, now: datetime) -> int:
    """Delete notices and outages after ``RETENTION``; returns the number of notices.

    A notice stays while its end is still to come, or its outage goes on.
    """
    open_servers = Outage.objects.filter(over_at__isnull=True).values("server")
    is_open = Q(ends_at__gt=now) | Q(kind=NoticeKind.UNREACHABLE, server__in=open_servers)
    old = Notice.objects.filter(mailed_at__lt=now - RETENTION).exclude(is_open)
    pks = list(old.order_by("mailed_at").values_list("pk", flat=True)[:MOST_DELETED])
    Outage.objects.filter(over_at__lt=now - RETENTION).delete()
    return Notice.objects.filter(pk__in=pks).delete()[0] if pks else 0
