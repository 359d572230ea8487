"""Turned bad, and good again: a status change becomes one notice for everybody who hears of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from credentials_app.models import Notice, NoticeKind, StatusChange
from credentials_app.notices.recipients import Recipient, who_hears
from credentials_app.notices.timing import DAY, FLAPPING, mail_due_at, wants
from credentials_app.status import Notify

KINDS = {Notify.BAD: NoticeKind.BAD, Notify.GOOD: NoticeKind.GOOD}


def announce(pk: UUID | str, *, now: datetime) -> list[UUID]:
    """Make the notices about a change, and note that it was told; gives who has one due now."""
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
        readers = [each for each in who_hears(change.credential) if wants(each.pace, kind)]
        rows = [_notice(change, kind, each, flaps=flaps, now=now) for each in readers]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        change.told_at = now
        change.save(update_fields=["told_at"])
    return [row.person_id for row in rows if row.due_at <= now]


def is_flapping(change: StatusChange) -> bool:
    """Whether the credential keeps changing: then the news of a day goes into one mail."""
    recent = change.credential.changes.filter(at__gt=change.at - DAY, at__lte=change.at)
    return recent.exclude(tell="").count() >= FLAPPING


def _notice(
    change: StatusChange, kind: NoticeKind, reader: Recipient, *, flaps: bool, now: datetime
) -> Notice:
    return Notice(
        key=f"change:{change.pk}:{reader.person.pk}",
        kind=kind,
        person=reader.person,
        workspace=change.credential.workspace,
        credential=change.credential,
        change=change,
        since=change.at,
        made_at=now,
        due_at=mail_due_at(reader.pace, now, reader.zone, flaps=flaps),
    )
