"""Leavers: which secrets somebody who left knew, until each is replaced or settled."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from common.clock import database_now
from credentials_app.models import IS_OPEN, Credential, KnownSecret
from credentials_app.services.errors import NothingToChange
from workspaces import audit
from workspaces.kept_openings import KEPT, STORES_SECRET, KeptOpenings, kept_in
from workspaces.models import AuditEvent, Departure, User
from workspaces.models.audit_event import OPENED_FOR_CHECKS
from workspaces.rights.access import open_to
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

LISTED_AT_ONCE = 100
ROWS_AT_ONCE = 1000
KEPT_NAMES = timedelta(days=90)
NEW_SECRET = (
    "credentials:credential:add",
    "credentials:credential:replace",
    "credentials:secret:bring_back",
)
MOVE_OUT = "credentials:credential:move_out"


def known_secrets(workspace: UUID) -> QuerySet[KnownSecret]:
    """What is still to be replaced or settled in a workspace, the newest leaver first."""
    rows = KnownSecret.objects.filter(IS_OPEN, workspace=workspace)
    return rows.select_related("departure", "credential").defer(
        "credential__sealed",
        "credential__notes",
        "credential__searched_text",
        "credential__verdict",
    )


def known_of(credential: OuterRef) -> QuerySet[KnownSecret]:
    """The open rows of one credential, the newest leaver first, to be used in its query."""
    return KnownSecret.every.filter(IS_OPEN, credential=credential).order_by("-left_at", "pk")


def lacks_owner() -> Q:
    """Of these rows: the leaver owned the credential, and nobody who is there does now."""
    left = Q(credential__owner=None) | Q(credential__owner=F("departure__person_id"))
    return Q(owned=True) & left


def list_departures(*, now: datetime) -> int:
    """List what the people knew who left since the last time. Returns how many people."""
    keys = Departure.objects.filter(listed_at=None).order_by("at").values_list("pk", flat=True)
    found = list(keys[:LISTED_AT_ONCE])
    for key in found:
        _list_one(key, now)
    return len(found)


def settle_known(seat: Seat, keys: Collection[UUID] | None, *, reason: str) -> int:
    """A person says why these secrets stay as they are; ``keys`` None: all of the workspace.

    Returns how many. Raises NotAllowed, NothingToChange.
    """
    if not allows(seat.role, Can.WRITE):
        raise NotAllowed
    with transaction.atomic():
        rows = KnownSecret.objects.filter(IS_OPEN, workspace=seat.workspace)
        if keys is not None:
            rows = rows.filter(pk__in=keys)
        found = list(rows.select_related("credential").only("credential__name", "workspace"))
        if not found:
            raise NothingToChange
        mine = KnownSecret.every.filter(pk__in=[row.pk for row in found], settled_at=None)
        count = mine.update(settled_at=database_now(), settled_by=seat.user.email, reason=reason)
        names = sorted({row.credential.name for row in found})
        audit.record(
            "credentials:leaver:settle",
            seat=seat,
            details={"count": count, "reason": reason, "name": names},
        )
    return count


def forget_old_departures(*, now: datetime) -> int:
    """Delete who left 90 days ago and left nothing to replace. Returns how many."""
    waiting = KnownSecret.every.filter(IS_OPEN, departure=OuterRef("pk"))
    old = Departure.objects.filter(listed_at__isnull=False, at__lt=now - KEPT_NAMES)
    return old.filter(~Exists(waiting)).delete()[0]


def known_again(row: Credential, *, former_version: int) -> None:
    """A former secret is back as the present version: who left and knew it knows this one, too."""
    rows = KnownSecret.every.filter(credential=row, known_version__gte=former_version)
    rows.update(known_version=row.secret_version, settled_at=None, settled_by="", reason="")


@transaction.atomic
def _list_one(key: UUID, now: datetime) -> None:
    departure = Departure.objects.select_for_update().filter(pk=key, listed_at=None).first()
    if departure is None:
        return
    opened, stored = _opened_by(departure), _stored_by(departure)
    rows = _known_to(departure, {*opened, *stored})
    found = [_known_secret(departure, row, opened.get(row.pk), stored) for row in rows]
    found += _known_of_moved(departure, opened, stored)
    KnownSecret.every.bulk_create(filter(None, found), batch_size=ROWS_AT_ONCE)
    departure.listed_at = now
    departure.save(update_fields=["listed_at"])


def _known_to(departure: Departure, touched: set[UUID]) -> QuerySet[Credential]:
    """The credentials that the leaver may have on the list. What is in the bin counts, because it
    may come back."""
    rows = Credential.every.filter(workspace=departure.workspace_id)
    rows = rows.filter(
        Q(owner=departure.person_id) | Q(secret_set_by__iexact=departure.email) | Q(pk__in=touched)
    )
    return rows.only("owner", "secret_set_by", "secret_set_at", "secret_version", "workspace")


def _opened_by(departure: Departure) -> dict[UUID, datetime]:
    """When the leaver last opened a secret of the workspace, by the key of its row."""
    events = _events_in(departure).filter(action=OPENED_FOR_CHECKS, actor_id=departure.person_id)
    last = dict(events.values_list("target_id").annotate(last=Max("at")))
    kept = _kept_in(departure).opened
    person = str(departure.person_id)
    older = {credential: at for (who, credential), at in kept.items() if who == person}
    return {UUID(key): at for key, at in (older | last).items() if key}


def _stored_by(departure: Departure) -> set[UUID]:
    """The credentials whose present secret the leaver stored, whatever address they had then."""
    events = _events_in(departure).filter(action__in=STORES_SECRET)
    newest = events.values_list("target_id").annotate(last=Max("seq"))
    mine = dict(newest.filter(actor_id=departure.person_id))
    of_all = dict(newest.filter(target_id__in=mine))
    found = {UUID(key) for key, seq in mine.items() if key and of_all[key] == seq}
    kept = _kept_in(departure).stored
    older = {key for key, person in kept.items() if person == str(departure.person_id)}
    replaced = set(newest.filter(target_id__in=older).values_list("target_id", flat=True))
    return found | {UUID(key) for key in older - replaced}


def _kept_in(departure: Departure) -> KeptOpenings:
    """What retention kept of events that it removed."""
    return kept_in(_events_in(departure).filter(action=KEPT))


def _known_of_moved(
    departure: Departure, opened: dict[UUID, datetime], stored: set[UUID]
) -> Iterator[KnownSecret]:
    """What the leaver knew of credentials that moved away before: the secret that was typed then
    may be the same. Listed where they are now, unless the person works there."""
    events = _events_in(departure)
    moved = dict(events.filter(action=MOVE_OUT).values_list("target_id").annotate(Max("seq")))
    if not moved:
        return
    changed = dict(
        events.filter(action__in=STORES_SECRET).values_list("target_id").annotate(Max("at"))
    )
    new = AuditEvent.objects.filter(action__in=NEW_SECRET, target_id__in=moved).order_by()
    replaced = dict(new.values_list("target_id").annotate(Max("seq")))
    person = User.objects.filter(pk=departure.person_id, is_active=True).first()
    reached = [place.pk for place in open_to(person)] if person else []
    rows = Credential.every.filter(pk__in=moved).exclude(workspace=departure.workspace_id)
    for row in rows.exclude(workspace__in=reached).only("secret_version", "workspace"):
        key, opened_at = str(row.pk), opened.get(row.pk)
        has_opened = opened_at is not None and (key not in changed or opened_at >= changed[key])
        is_new = replaced.get(key, 0) > moved[key]
        if not is_new and (row.pk in stored or has_opened):
            yield KnownSecret(
                workspace_id=row.workspace_id,
                departure=departure,
                credential=row,
                left_at=departure.at,
                stored=row.pk in stored,
                opened=has_opened,
                opened_at=opened_at if has_opened else None,
                known_version=row.secret_version,
            )


def _events_in(departure: Departure) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(workspace_id=departure.workspace_id).order_by()


def _known_secret(
    departure: Departure, row: Credential, opened_at: datetime | None, stored: set[UUID]
) -> KnownSecret | None:
    """The row of the list; None if the leaver knew only what has been replaced since."""
    has_opened = opened_at is not None and opened_at >= row.secret_set_at
    known = KnownSecret(
        workspace_id=departure.workspace_id,
        departure=departure,
        credential=row,
        left_at=departure.at,
        owned=row.owner_id == departure.person_id,
        stored=row.pk in stored or row.secret_set_by.casefold() == departure.email.casefold(),
        opened=has_opened,
        opened_at=opened_at if has_opened else None,
        known_version=row.secret_version,
    )
    return known if known.owned or known.stored or known.opened else None
