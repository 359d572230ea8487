"""Notices about status changes: one for each recipient when it turns bad, or good again, or when
a former secret was brought back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from credentials_app.models import Notice, NoticeKind, StatusChange
from credentials_app.notices.recipients import Recipient, recipients_of
from credentials_app.notices.timing import DAY, FLAPPING, FLAPS, mail_due_at, wants
from credentials_app.status import Notify

KINDS = {
    Notify.BAD: NoticeKind.BAD,
    Notify.GOOD: NoticeKind.GOOD,
    Notify.BROUGHT_BACK: NoticeKind.BROUGHT_BACK,
}


def announce(pk: UUID | str, *, now: datetime) -> list[UUID]:
    """Make the notices about a change, once; returns the people for whom one is due now."""
    with transaction.atomic():
        change = (
            StatusChange.objects.select_for_update(of=("self",))
            .select_related("credential__workspace__organization")
            .filter(pk=pk, told_at__isnull=True)
            .exclude(tell="")
            .first()
        )
        if change is None:
            return []
        kind, flaps = KINDS[Notify(change.tell)], is_flapping(change)
        recipients = recipients_of(change.credential)
        wanting = [each for each in recipients if wants(each.pace, kind)]
        rows = [_notice(change, kind, each, flaps=flaps, now=now) for each in wanting]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        change.told_at = now
        change.save(update_fields=["told_at"])
    return [row.person_id for row in rows if row.due_at <= now]


def is_flapping(change: StatusChange) -> bool:
    """True if the credential keeps changing: then the notices of a day go into one mail."""
    recent = change.credential.changes.filter(at__gt=change.at - DAY, at__lte=change.at)
    return recent.filter(tell__in=FLAPS).count() >= FLAPPING


def _notice(
    change: StatusChange, kind: NoticeKind, recipient: Recipient, *, flaps: bool, now: datetime
) -> Notice:
    return Notice(
        key=f"change:{change.pk}:{recipient.person.pk}",
        kind=kind,
        person=recipient.person,
        workspace=change.credential.workspace,
        credential=change.credential,
        change=change,
        since=change.at,
        made_at=now,
        due_at=now
        if kind is NoticeKind.BROUGHT_BACK
        else mail_due_at(recipient.pace, now, recipient.zone, flaps=flaps),
    )
