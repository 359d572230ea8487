"""What people did with the secret of a credential, and when each of its versions was stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import BulkCheckEntry, Credential
from workspaces.models import AuditEvent, Workspace

STORED: dict[str, Promise] = {
    "credentials:credential:add": _("added with the credential"),
    "credentials:credential:replace": _("replaced"),
    "credentials:secret:bring_back": _("a former secret brought back"),
    "credentials:credential:move_in": _("typed again when the credential moved"),
}
"""What stores a secret, and so makes a version."""
PURGED = "credentials:credential:purge"
OPENED = (
    "credentials:secret:open",
    "credentials:credential:check",
    "credentials:checks:start",
    "credentials:sign_in:confirm",
)
SHOWN_VERSIONS = 50
MOST_CHECKS_OF_MANY = 500


@dataclass(frozen=True)
class StoredVersion:
    """One version of the secret: when it was stored, by whom, and how."""

    version: int
    at: datetime
    who: str
    how: str | Promise
    where: str


def any_credential(pk: UUID) -> Credential | None:
    """The credential with this key, of any workspace but a sample, in the bin too; if it is purged,
    what the log tells of it, in a row that is not saved."""
    rows = Credential.every.filter(pk=pk, workspace__is_sample=False)
    columns = ("sealed", "notes", "searched_text", "verdict")
    found = rows.select_related("workspace__organization", "workspace__owner").defer(*columns)
    return found.first() or _purged(pk)


def _purged(pk: UUID) -> Credential | None:
    """A credential that is deleted for good; None without its workspace, or without its event."""
    events = AuditEvent.objects.filter(target_id=str(pk), target_type="credential")
    last = events.filter(action=PURGED).order_by("-seq").first()
    places = Workspace.every.select_related("organization", "owner")
    if last is None or last.workspace_id is None:
        return None
    place = places.filter(pk=last.workspace_id, is_sample=False).first()
    if place is None:
        return None
    stores = list(events.filter(action__in=STORED).order_by("seq"))
    first = stores[0] if stores else last
    newest = stores[-1] if stores else last
    return Credential(
        pk=pk,
        name=last.target_label,
        workspace=place,
        server=newest.details.get("server", ""),
        created_at=first.at,
        deleted_at=last.at,
        secret_version=max(len(stores), 1),
        secret_set_at=newest.at,
        secret_set_by=newest.actor_label if stores else "",
    )


def deeds_of(
    credential: Credential, *, place: UUID | None, begin: datetime | None, end: datetime | None
) -> QuerySet[AuditEvent]:
    """Who opened, replaced, brought back or checked it; ``place``: in this workspace alone.

    ``begin`` and ``end``: in this time; None: at any time.
    """
    entries = BulkCheckEntry.objects.filter(credential=credential.pk).order_by("-pk")
    of_many = entries.values_list("bulk_check", flat=True)[:MOST_CHECKS_OF_MANY]
    targets = [str(credential.pk), *map(str, of_many)]
    events = AuditEvent.objects.filter(
        target_id__in=targets, action__in=[*STORED, *OPENED], actor_type="person"
    )
    events = events.filter(workspace_id=place) if place else events
    return events.filter(at__gte=begin, at__lt=end) if begin and end else events


def versions_of(credential: Credential, *, place: UUID | None) -> list[StoredVersion]:
    """The newest versions, the present one first. The row tells the present one if the log does
    not."""
    events = AuditEvent.objects.filter(target_id=str(credential.pk), action__in=STORED)
    events = events.filter(workspace_id=place) if place else events
    found = list(events.order_by("-seq")[:SHOWN_VERSIONS])
    newest = credential.secret_version
    if not found:
        row = credential
        return [StoredVersion(newest, row.secret_set_at, row.secret_set_by or "–", "", "")]
    return [
        StoredVersion(newest - back, row.at, row.actor_label, STORED[row.action], row.address)
        for back, row in enumerate(found)
        if newest - back > 0
    ]
