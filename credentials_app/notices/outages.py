"""Could not check for hours: one notice for each registry and person, and one when it is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from credentials_app.models import Credential, Delivery, Notice, NoticeKind, Outage
from credentials_app.notices.muting import is_quiet
from credentials_app.notices.outage_detection import (
    DetectedOutage,
    OutageKey,
    affected,
    detected_outages,
    worked_at,
)
from credentials_app.notices.recipients import Recipient, hearing, recipients_in
from credentials_app.notices.timing import DAY, FLAPPING, mail_due_at, wants
from credentials_app.status import Status
from workspaces.models import Workspace

LASTS = timedelta(hours=3)


def update_outages(*, now: datetime) -> list[UUID]:
    """Note what began and what is over; gives the people for whom a notice is due now."""
    seen = detected_outages()
    made: list[Notice] = []
    for outage in Outage.objects.filter(over_at__isnull=True):
        sight = seen.get(_spot(outage))
        if sight is None or not sight.goes_on:
            made += _end(outage, now)
    for spot, sight in seen.items():
        if sight.goes_on and sight.is_long(now, _limit()):
            made += _tell(spot, sight, now)
    return sorted({row.person_id for row in made if row.due_at <= now})


def _limit() -> timedelta:
    hours: int | None = getattr(settings, "LOCKKEEPER_OUTAGE_NOTICE_HOURS", None)
    return LASTS if hours is None else timedelta(hours=hours)


def _spot(outage: Outage) -> OutageKey:
    return OutageKey(outage.server, outage.workspace_id)


def _tell(spot: OutageKey, sight: DetectedOutage, now: datetime) -> list[Notice]:
    """Tell whoever hears of anything there, and was not told of this outage."""
    with transaction.atomic():
        outage, _made = Outage.objects.get_or_create(
            **spot.columns,
            over_at=None,
            defaults={"since": sight.since, "why": sight.why, "noted_at": now},
        )
        told = set(_told(outage).values_list("person", flat=True))
        fresh = [pair for pair in _who_hears(spot, now) if pair[0].person.pk not in told]
        flaps = _flaps(spot, now)
        rows = [
            _notice(outage, NoticeKind.UNREACHABLE, reader, place, now, flaps=flaps)
            for reader, place in fresh
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _end(outage: Outage, now: datetime) -> list[Notice]:
    """It is over; told to those who were told of it, unless nothing was looked at since."""
    spot = _spot(outage)
    worked = worked_at([spot.server], workspace=spot.workspace).get(spot)
    with transaction.atomic():
        if not Outage.objects.filter(pk=outage.pk, over_at=None).update(over_at=now):
            return []
        if worked is None or worked < outage.since:
            return []
        _look_again(spot, now)
        flaps = _flaps(spot, now)
        rows = [
            _notice(outage, NoticeKind.REACHABLE, reader, place, now, flaps=flaps)
            for reader, place in _who_was_told(outage)
        ]
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return rows


def _look_again(spot: OutageKey, now: datetime) -> None:
    """What still waits for the end of its interval is due now; as politely as any other."""
    waiting = Credential.objects.filter(
        server=spot.server, could_not_look_since__isnull=False, next_check_at__gt=now
    )
    waiting.exclude(status=Status.PAUSED).update(next_check_at=now)


def _who_hears(spot: OutageKey, now: datetime) -> list[tuple[Recipient, Workspace]]:
    """Everybody who hears of something there, with one of the workspaces that they hear of."""
    rows = [row for row in affected(spot) if not is_quiet(row, now)]
    one_of_each = {(row.workspace_id, row.owner_id): row for row in rows}.values()
    readers = recipients_in({row.workspace for row in one_of_each})
    found: dict[UUID, tuple[Recipient, Workspace]] = {}
    for row in one_of_each:
        for reader in _wanting(hearing(row, readers[row.workspace_id])):
            known = found.get(reader.person.pk)
            if known is None or (
                reader.pace is Delivery.AT_ONCE and known[0].pace is not Delivery.AT_ONCE
            ):
                found[reader.person.pk] = (reader, row.workspace)
    return sorted(found.values(), key=lambda pair: pair[0].person.email)


def _who_was_told(outage: Outage) -> list[tuple[Recipient, Workspace]]:
    """Those who got the notice that it began, or will."""
    rows = [row for row in _told(outage) if row.mail_id or row.mailed_at is None]
    readers = recipients_in({row.workspace for row in rows if row.workspace})
    return [
        (reader, row.workspace)
        for row in rows
        if row.workspace
        for reader in _wanting(readers[row.workspace.pk])
        if reader.person.pk == row.person_id
    ]


def _wanting(readers: Iterable[Recipient]) -> list[Recipient]:
    return [each for each in readers if wants(each.pace, NoticeKind.UNREACHABLE)]


def _told(outage: Outage) -> "QuerySet[Notice]":
    rows = Notice.objects.filter(key__startswith=f"outage:{outage.pk}:")
    return rows.select_related("workspace__organization").order_by("key")


def _flaps(spot: OutageKey, now: datetime) -> bool:
    """Whether it comes and goes: then the news of a day goes into one mail."""
    here = Outage.objects.filter(**spot.columns)
    began = here.filter(noted_at__gt=now - DAY).count()
    return began + here.filter(over_at__gt=now - DAY).count() >= FLAPPING


def _notice(
    outage: Outage,
    kind: NoticeKind,
    reader: Recipient,
    place: Workspace,
    now: datetime,
    *,
    flaps: bool,
) -> Notice:
    is_over = kind is NoticeKind.REACHABLE
    return Notice(
        key=f"{'over' if is_over else 'outage'}:{outage.pk}:{reader.person.pk}",
        kind=kind,
        person=reader.person,
        workspace=place,
        server=outage.server,
        why=outage.why,
        since=outage.since,
        ends_at=now if is_over else None,
        made_at=now,
        due_at=mail_due_at(reader.pace, now, reader.zone, flaps=flaps),
    )
