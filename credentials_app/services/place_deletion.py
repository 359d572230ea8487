"""Deleting workspaces and organizations with their credentials, restoring them, the purge."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.clock import database_now
from credentials_app.models import Credential
from credentials_app.services.deletion import end_what_is_told, purge_rows
from workspaces import audit, deleted_places
from workspaces.audit import Caller
from workspaces.members.invitations import open_invitations
from workspaces.models import Invitation, Organization, OrganizationMember, User, Workspace
from workspaces.places import refuse_one_more
from workspaces.rights.refusals import NotAllowed, PersonalWorkspace
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import OrganizationSeat, Seat


@dataclass(frozen=True)
class WhatEnds:
    """What a deletion ends."""

    workspaces: int
    credentials: int
    people: int
    invitations: int


def what_ends(places: Collection[Workspace], organization: Organization | None = None) -> WhatEnds:
    """What is in these workspaces; people with an organization are its members."""
    keys = [place.pk for place in places]
    people = User.objects.filter(
        Q(participations__workspace__in=keys)
        | Q(team_memberships__team__roles__workspace__in=keys)
        | Q(memberships__in=OrganizationMember.objects.filter(organization=organization))
    )
    targets = Q(workspace__in=keys) | Q(organization__in=[organization] if organization else [])
    pending = Invitation.objects.filter(targets, accepted_at=None, withdrawn_at=None)
    return WhatEnds(
        workspaces=len(keys),
        credentials=Credential.objects.filter(workspace__in=keys).count(),
        people=people.distinct().count(),
        invitations=pending.count(),
    )


@transaction.atomic
@audit.together()
def delete_workspace(seat: Seat) -> None:
    """Delete the workspace for everybody; its owners can bring it back for seven days.

    Raises NotAllowed, PersonalWorkspace; Workspace.DoesNotExist if it is deleted already.
    """
    if seat.workspace.is_personal:
        raise PersonalWorkspace("A personal workspace goes with its account.")
    if seat.workspace.is_sample or not allows(seat.role, Can.DELETE_WORKSPACE):
        raise NotAllowed
    place = Workspace.objects.select_for_update(of=("self",)).get(pk=seat.workspace.pk)
    count = end_places([place], by=seat.user.email, at=database_now())
    details = {"count": count}
    audit.record("workspaces:workspace:delete", seat=seat, target=place, details=details)


@transaction.atomic
@audit.together()
def delete_organization(seat: OrganizationSeat) -> None:
    """Delete the organization with its workspaces. Raises as :func:`delete_workspace`."""
    if not seat.owns:
        raise NotAllowed
    row = Organization.objects.select_for_update().get(pk=seat.organization.pk)
    end_organization(
        row, actor=seat.user, by=seat.user.email, at=database_now(), caller=seat.caller
    )


def end_organization(
    row: Organization, *, actor: User | None, by: str, at: datetime, caller: Caller
) -> None:
    """Delete a locked organization at this moment. Its samples are deleted for good."""
    places = list(row.workspaces.select_for_update(of=("self",)).order_by("pk"))
    for sample in (place for place in places if place.is_sample):
        deleted_places.purge_place(sample)
    count = end_places([place for place in places if not place.is_sample], by=by, at=at)
    open_invitations(row).update(withdrawn_at=at)
    Organization.objects.filter(pk=row.pk).update(deleted_at=at, deleted_by=by)
    audit.record(
        "workspaces:organization:delete",
        actor=actor,
        target=row,
        caller=caller,
        details={"count": count},
    )


@transaction.atomic
@audit.together()
def restore_place(
    place: Workspace | Organization,
    *,
    person: User | None,
    caller: Caller,
    slug: str = "",
    with_account: bool = False,
) -> None:
    """Bring it back with the credentials that went with it; they are due.

    ``with_account``: it went with an account, which comes back as it was, whatever the caps are.
    Raises SlugTaken, TooMany; DoesNotExist if it is not deleted, or not kept any more.
    """
    if not with_account:
        refuse_one_more(place)
    row = deleted_places.locked_deleted(place)
    at = row.deleted_at
    back = deleted_places.restore_places(row, person=person, caller=caller, slug=slug)
    rows = Credential.every.filter(workspace__in=[each.pk for each in back], deleted_at=at)
    rows.filter(next_check_at__isnull=False).update(next_check_at=database_now())
    rows.update(deleted_at=None, deleted_by=None)


def purge_one(place: Workspace | Organization, *, person: User, caller: Caller) -> None:
    """Delete a deleted place for good now. Raises DoesNotExist if it is not kept any more.

    Nobody brings it back in the middle of this; what an end of the process leaves, the purge of
    each day deletes.
    """
    with transaction.atomic():
        row = deleted_places.locked_deleted(place)
        deleted_places.end_keeping(row)
    purge_whole_place(row, person=person, caller=caller)


def purge_places(*, now: datetime) -> int:
    """Delete the places whose seven days are over. Returns how many."""
    found = deleted_places.places_to_purge(now)
    for place in found:
        purge_whole_place(place)
    return len(found)


def end_places(places: Collection[Workspace], *, by: str, at: datetime) -> int:
    """Delete the workspaces with their credentials at one moment, by which they come back
    together. Returns the number of credentials."""
    keys = [place.pk for place in places]
    rows = Credential.objects.filter(workspace__in=keys)
    end_what_is_told(rows.order_by().values("pk"), places=keys)
    count = rows.update(
        deleted_at=at, deleted_by=by, asked_at=None, lease_id=None, lease_until=None
    )
    deleted_places.mark_deleted(places, by=by, at=at)
    return count


def purge_whole_place(
    place: Workspace | Organization, *, person: User | None = None, caller: Caller | None = None
) -> None:
    """Delete a deleted place for good, in short transactions: first the credentials, some at a
    time, then the rest."""
    own = [place] if isinstance(place, Workspace) else [*Workspace.every.filter(organization=place)]
    for each in own:
        purge_rows(Credential.every.filter(workspace=each))
    with transaction.atomic(), audit.together():
        deleted_places.record_purge(place, person=person, caller=caller)
        for each in own:
            deleted_places.purge_place(each)
        if isinstance(place, Organization):
            deleted_places.purge_place(place)
