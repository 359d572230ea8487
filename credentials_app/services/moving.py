"""Moving a credential to another workspace of its organization, with its secret typed again."""

from django.db import transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.models import Credential, KnownSecret, Tag, tags_of
from credentials_app.selectors import locked, locked_place
from credentials_app.services import columns
from credentials_app.services.credentials import count_as_asked, save_row
from credentials_app.services.deletion import end_what_is_told
from credentials_app.services.errors import HttpNotAllowed
from credentials_app.services.limits import refuse_above_the_cap
from credentials_app.services.tags import store_tags
from registry.secret import Secret
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.access import open_to, role_in, role_of
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

LEAVING = "credentials:credential:move_out"
COMING = "credentials:credential:move_in"


def destinations_of(seat: Seat) -> list[Workspace]:
    """The other workspaces of the organization in which this person may add credentials."""
    if seat.workspace.organization_id is None:
        return []
    others = open_to(seat.user).filter(
        organization=seat.workspace.organization_id, is_sample=False, archived_at=None
    )
    found = others.exclude(pk=seat.workspace.pk)
    return [place for place in found if allows(role_of(place), Can.WRITE)]


def move_credential(
    seat: Seat, credential: Credential, to: Workspace, *, secret: Secret, name: str
) -> Credential:
    """Move it with its history. The secret is sealed for its new place, without pins, and is due.

    Former secrets, fetches and what would still be told of it in the old workspace end. Tags stay
    that the new workspace has; an owner stays who is there. Raises NotAllowed, ArchivedMeanwhile,
    TooManyCredentials, NameTaken, HttpNotAllowed, Credential.DoesNotExist.
    """
    with transaction.atomic(), audit.together():
        there = _locked_destination(seat, to)
        refuse_above_the_cap(there.workspace)
        row, now = locked(seat, credential), database_now()
        tags, version = tags_of(row), row.secret_version
        kept = _tags_there(there.workspace, tags)
        end_what_is_told([row.pk])
        row.fetches.all().delete()
        row.tags.all().delete()
        loses_owner = row.owner is not None and role_in(row.owner, there.workspace) is None
        row.workspace, row.name = there.workspace, name
        row.owner = None if loses_owner else row.owner
        touched = columns.mark_changed(row, there, now) + columns.mark_replaced(row, there, now)
        row.lease_id = row.lease_until = None
        content = secrets.content_for(row, secret)
        if not content.server.is_https and not content.http:
            raise HttpNotAllowed
        secrets.seal(row, content)
        count_as_asked(there, row)
        moved = ["workspace", "name", "owner", "sealed", "lease_id", "lease_until"]
        save_row(row, [*moved, *touched])
        store_tags(row, kept)
        _take_leavers_along(row, version)
        audit.record(LEAVING, seat=seat, target=row, details={"tags": list(tags)})
        fields = ["owner", "secret"] if loses_owner else ["secret"]
        audit.record(COMING, seat=there, target=row, details={"fields": fields})
    return row


def _locked_destination(seat: Seat, to: Workspace) -> Seat:
    """The person's seat in the other workspace, which is locked. Raises NotAllowed."""
    known = next((each for each in destinations_of(seat) if each.pk == to.pk), None)
    if known is None or not allows(seat.role, Can.DELETE):
        raise NotAllowed
    locked_place(known)
    return Seat(seat.user, known, role_of(known), seat.caller)


def _tags_there(place: Workspace, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that are tags of the workspace already."""
    found = Tag.objects.filter(workspace=place, name__in=names).values_list("name", flat=True)
    return tuple(sorted(set(found)))


def _take_leavers_along(row: Credential, version: int) -> None:
    """Who left the old workspace and knew the secret of this version may know the one typed now,
    too: nothing tells that it is a new one. What was replaced before the move stays replaced."""
    rows = KnownSecret.every.filter(credential=row)
    rows.update(workspace=row.workspace)
    rows.filter(known_version__gte=version).update(known_version=row.secret_version)
