"""Notices about outages: one for each outage and person, and one when the outage is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from credentials_app.models import Credential, Delivery, Notice, NoticeKind, Outage
from credentials_app.notices.muting import is_muted
from credentials_app.notices.outage_detection import (
    DetectedOutage,
    OutageKey,
    affected,
    detected_outages,
    worked_at,
)
from credentials_app.notices.recipients import Recipient, recipients_among, recipients_in
from credentials_app.notices.timing import DAY, FLAPPING, mail_due_at, wants
from credentials_app.status import Status
from workspaces.models import Workspace

NOTICE_AFTER = timedelta(hours=3)
"""People get a notice of an outage that has lasted so long, unless the setting says otherwise."""


def update_outages(*, now: datetime) -> list[UUID]:
    """Record which outages began and ended; returns the people for whom a notice is due now."""
    detected = detected_outages()
    made: list[Notice] = []
    for outage in Outage.objects.filter(over_at__isnull=True):
        still = detected.get(_key_of(outage))
        if still is None or not still.goes_on:
            made += _end(outage, now)
    for key, found in detected.items():
        if found.goes_on and found.is_long(now, _limit()):
            made += _begin(key, found, now)
    return sorted({row.person_id for row in made if row.due_at <= now})


def _limit() -> timedelta:
    hours: int | None = getattr(settings, "LOCKKEEPER_OUTAGE_NOTICE_HOURS", None)
    return NOTICE_AFTER if hours is None else timedelta(hours=hours)


def _key_of(outage: Outage) -> OutageKey:
    return OutageKey(outage.server, outage.workspace_id)


def _begin(key: OutageKey, detected: DetectedOutage, now: datetime) -> list[Notice]:
    """Make a notice for each recipient who has none of this outage yet."""
    with transaction.atomic():
        outage, _made = Outage.objects.get_or_create(
            **key.columns,
            over_at=None,
            defaults={"since": detected.since, "why": detected.why, "noted_at": now},
        )
        notified = set(_notices_of(outage).values_list("person", flat=True))
        missing = [pair for pair in _recipients(key, now) if pair[0].person.pk not in notified]
        flaps = _is_flapping(key, now)
        rows = [
            _notice(outage, NoticeKind.UNREACHABLE, recipient, workspace, now, flaps=flaps)
            for recipient, workspace in missing
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _end(outage: Outage, now: datetime) -> list[Notice]:
    """Close the outage and make a notice for everybody who has one of its beginning.

    No notices if no check there was conclusive since.
    """
    key = _key_of(outage)
    worked = worked_at([key.server], workspace=key.workspace).get(key)
    with transaction.atomic():
        if not Outage.objects.filter(pk=outage.pk, over_at=None).update(over_at=now):
            return []
        if worked is None or worked < outage.since:
            return []
        _make_due(key, now)
        flaps = _is_flapping(key, now)
        rows = [
            _notice(outage, NoticeKind.REACHABLE, recipient, workspace, now, flaps=flaps)
            for recipient, workspace in _notified(outage)
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _make_due(key: OutageKey, now: datetime) -> None:
    """Check now what waits for the end of its interval; the rate limits hold as always."""
    waiting = Credential.objects.filter(
        server=key.server, could_not_look_since__isnull=False, next_check_at__gt=now
    )
    waiting.exclude(status=Status.PAUSED).update(next_check_at=now)


def _recipients(key: OutageKey, now: datetime) -> list[tuple[Recipient, Workspace]]:
    """Each recipient of an affected credential, with one workspace of such a credential."""
    rows = [row for row in affected(key) if not is_muted(row, now)]
    one_of_each = {(row.workspace_id, row.owner_id): row for row in rows}.values()
    recipients = recipients_in({row.workspace for row in one_of_each})
    found: dict[UUID, tuple[Recipient, Workspace]] = {}
    for row in one_of_each:
        for each in _wanting(recipients_among(recipients[row.workspace_id], row)):
            known = found.get(each.person.pk)
            if known is None or (
                each.pace is Delivery.AT_ONCE and known[0].pace is not Delivery.AT_ONCE
            ):
                found[each.person.pk] = (each, row.workspace)
    return sorted(found.values(), key=lambda pair: pair[0].person.email)


def _notified(outage: Outage) -> list[tuple[Recipient, Workspace]]:
    """Those who got the notice of its beginning, or will get it."""
    rows = [row for row in _notices_of(outage) if row.mail_id or row.mailed_at is None]
    recipients = recipients_in({row.workspace for row in rows if row.workspace})
    return [
        (each, row.workspace)
        for row in rows
        if row.workspace
        for each in _wanting(recipients[row.workspace.pk])
        if each.person.pk == row.person_id
    ]


def _wanting(recipients: Iterable[Recipient]) -> list[Recipient]:
    return [each for each in recipients if wants(each.pace, NoticeKind.UNREACHABLE)]


def _notices_of(outage: Outage) -> "QuerySet[Notice]":
    rows = Notice.objects.filter(key__startswith=f"outage:{outage.pk}:")
    return rows.select_related("workspace__organization").order_by("key")


def _is_flapping(key: OutageKey, now: datetime) -> bool:
    """True if outages come and go: then the notices of a day go into one mail."""
    here = Outage.objects.filter(**key.columns)
    began = here.filter(noted_at__gt=now - DAY).count()
    return began + here.filter(over_at__gt=now - DAY).count() >= FLAPPING


def _notice(
    outage: Outage,
    kind: NoticeKind,
    recipient: Recipient,
    workspace: Workspace,
    now: datetime,
    *,
    flaps: bool,
) -> Notice:
    is_over = kind is NoticeKind.REACHABLE
    return Notice(
        key=f"{'over' if is_over else 'outage'}:{outage.pk}:{recipient.person.pk}",
        kind=kind,
        person=recipient.person,
        workspace=workspace,
        server=outage.server,
        why=outage.why,
        since=outage.since,
        ends_at=now if is_over else None,
        made_at=now,
        due_at=mail_due_at(recipient.pace, now, recipient.zone, flaps=flaps),
    )
