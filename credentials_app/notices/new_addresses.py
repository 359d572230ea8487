"""Notices about addresses from which a secret is used for the first time.

Only workspaces whose rule wants it have such news, and only people who may write get it: addresses
are not for every reader.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from credentials_app.models import Notice, NoticeKind, SeenAddress
from credentials_app.notices.recipients import Recipient, recipients_among, recipients_in
from credentials_app.notices.timing import mail_due_at, wants
from workspaces.rights.roles import Can, allows

MOST_ADDRESSES = 500


def announce_addresses(*, now: datetime) -> list[UUID]:
    """Make the notices about new addresses, once; returns the people for whom one is due now."""
    with transaction.atomic():
        news = list(
            SeenAddress.objects.select_for_update(of=("self",))
            .filter(tell=True)
            .select_related("credential__workspace__organization")
            .defer("credential__sealed", "credential__notes", "credential__searched_text")
            .order_by("pk")[:MOST_ADDRESSES]
        )
        if not news:
            return []
        people = recipients_in({each.credential.workspace for each in news})
        rows = [
            _notice(each, recipient, now)
            for each in news
            for recipient in _recipients(each, people[each.credential.workspace_id])
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        SeenAddress.objects.filter(pk__in=[each.pk for each in news]).update(tell=False)
    return sorted({row.person_id for row in rows if row.due_at <= now})


def may_know_addresses(recipient: Recipient) -> bool:
    """True if this person may read from which addresses a secret is used."""
    return allows(recipient.role, Can.WRITE)


def _recipients(seen: SeenAddress, people: Iterable[Recipient]) -> list[Recipient]:
    return [
        each
        for each in recipients_among(people, seen.credential)
        if may_know_addresses(each) and wants(each.pace, NoticeKind.NEW_ADDRESS)
    ]


def _notice(seen: SeenAddress, recipient: Recipient, now: datetime) -> Notice:
    return Notice(
        key=f"address:{seen.pk}:{recipient.person.pk}",
        kind=NoticeKind.NEW_ADDRESS,
        person=recipient.person,
        workspace=seen.credential.workspace,
        credential=seen.credential,
        seen=seen,
        since=seen.first_at,
        made_at=now,
        due_at=mail_due_at(recipient.pace, now, recipient.zone),
    )
