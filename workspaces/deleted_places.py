"""Deleted workspaces and organizations: whose they are, back by their owners, and gone for good."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from common.clock import database_now
from common.living import KEPT_FOR
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import (
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import SlugTaken

Place = Workspace | Organization


def mark_deleted(places: Collection[Workspace], *, by: str, at: datetime) -> None:
    """Nobody reaches these workspaces any more; their open invitations end. The caller deletes
    the credentials in them, at the same moment."""
    keys = [place.pk for place in places]
    pending = Invitation.objects.filter(workspace__in=keys, accepted_at=None, withdrawn_at=None)
    pending.update(withdrawn_at=at)
    Workspace.objects.filter(pk__in=keys).update(deleted_at=at, deleted_by=by)


def deleted_workspaces_of(person: User) -> QuerySet[Workspace]:
    """The workspaces that this person owned and may bring back, the newest first.

    Those that went with their organization come back with it.
    """
    owned = _owned(person, OuterRef("organization"))
    own_role = Participant.objects.filter(workspace=OuterRef("pk"), user=person, role=Role.OWNER)
    rows = Workspace.every.filter(_is_kept(), organization__deleted_at=None)
    rows = rows.filter(Exists(owned) | Exists(own_role), organization__isnull=False)
    return rows.select_related("organization").order_by("-deleted_at", "name", "pk")


def deleted_organizations_of(person: User) -> QuerySet[Organization]:
    """The organizations that this person owned and may bring back, the newest first."""
    rows = Organization.every.filter(_is_kept(), Exists(_owned(person, OuterRef("pk"))))
    return rows.order_by("-deleted_at", "name", "pk")


def restore_places(
    place: Place, *, person: User | None, caller: Caller, slug: str = ""
) -> list[Workspace]:
    """Bring a locked place back, under another ``slug`` if one is given.

    Returns the workspaces that are living again; the caller brings back the credentials. Raises
    SlugTaken: a living place has its address.
    """
    at, place.deleted_at, place.deleted_by = place.deleted_at, None, None
    old, place.slug = place.slug, slug or place.slug
    try:
        with transaction.atomic():
            place.save(update_fields=["slug", "deleted_at", "deleted_by"])
    except IntegrityError:
        raise SlugTaken from None
    of_place = {"pk": place.pk} if isinstance(place, Workspace) else {"organization": place}
    found = Workspace.every.filter(**of_place)
    found.filter(deleted_at=at).update(deleted_at=None, deleted_by=None)
    details = {"slug": slug, "old": old} if slug else {}
    _record(place, "restore", person=person, caller=caller, details=details)
    return list(found.filter(deleted_at=None))


def places_to_purge(now: datetime) -> list[Place]:
    """The deleted places whose seven days are over; an organization after its workspaces."""
    over = Q(deleted_at__lte=now - KEPT_FOR)
    return [*Workspace.every.filter(over), *Organization.every.filter(over)]


def purge_place(place: Place) -> None:
    """Delete the row with all that refers to it. Triggers keep the last owner of a place that is
    there, so its people go after it; the database compares at the end."""
    last = Participant if isinstance(place, Workspace) else OrganizationMember
    references: list[Any] = [
        field
        for field in place._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and (field.one_to_many or field.one_to_one)
    ]
    of_last = [each for each in references if each.related_model is last]
    for each in (one for one in references if one not in of_last):
        _rows(each, place.pk).delete()
    rows: Any = type(place)._base_manager.filter(pk=place.pk)
    rows._raw_delete(DEFAULT_DB_ALIAS)
    for each in of_last:
        _rows(each, place.pk).delete()


def end_keeping(place: Place) -> None:
    """From now on nobody brings this locked place back, and the purge of each day takes it."""
    over = database_now() - KEPT_FOR
    if isinstance(place, Organization):
        Workspace.every.filter(organization=place).update(deleted_at=over)
    type(place).every.filter(pk=place.pk).update(deleted_at=over)


def record_purge(place: Place, *, person: User | None = None, caller: Caller | None = None) -> None:
    """Write down that a place is deleted for good, before it is."""
    _record(place, "purge", person=person, caller=caller)


def locked_deleted(place: Place) -> Place:
    """The current row of a deleted place, locked. Raises DoesNotExist if it is not kept."""
    model: Any = type(place)
    rows = model.every.select_for_update(of=("self",)).filter(pk=place.pk)
    found: Place = rows.get(deleted_at__gt=database_now() - KEPT_FOR)
    return found


def _record(
    place: Place,
    verb: str,
    *,
    person: User | None,
    caller: Caller | None,
    details: dict[str, str] | None = None,
) -> None:
    workspace = place if isinstance(place, Workspace) else None
    kind = "workspace" if workspace else "organization"
    audit.record(
        f"workspaces:{kind}:{verb}",
        actor=person,
        workspace=workspace,
        target=place,
        caller=caller,
        details=details,
    )


def _is_kept() -> Q:
    return Q(deleted_at__gt=database_now() - KEPT_FOR)


def _owned(person: User, organization: OuterRef) -> QuerySet[OrganizationMember]:
    return OrganizationMember.objects.filter(
        organization=organization, user=person, role=OrganizationRole.OWNER
    )


def _rows(reference: Any, key: UUID) -> QuerySet[Model]:
    rows: QuerySet[Model] = reference.related_model._base_manager.filter(
        **{reference.field.name: key}
    )
    return rows
