"""Who hears of a status change, and that everybody hears of it once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from credentials_app import mails
from credentials_app.models import Credential, StatusChange
from workspaces.access import role_in
from workspaces.models import OrganizationMember, Participant, User
from workspaces.roles import OrganizationRole, Role


def announce(pk: UUID | str, *, now: datetime) -> None:
    """Put the mails about a change into the outbox, and note that it was told."""
    with transaction.atomic():
        change = (
            StatusChange.objects.select_for_update(of=("self",))
            .select_related("credential__owner", "credential__workspace__organization")
            .filter(pk=pk, told_at__isnull=True)
            .exclude(tell="")
            .first()
        )
        if change is None:
            return
        for person in who_hears(change.credential):
            mails.status_changed(change, person)
        change.told_at = now
        change.save(update_fields=["told_at"])


def who_hears(credential: Credential) -> list[User]:
    """The owner while they take part in the workspace; otherwise the workspace's owners."""
    owner = credential.owner
    if owner is not None and role_in(owner, credential.workspace) is not None:
        return [owner]
    return owners_of(credential)


def owners_of(credential: Credential) -> list[User]:
    """Everybody who owns the credential's workspace and may sign in."""
    place = credential.workspace
    if place.owner is not None:
        return [place.owner] if place.owner.is_active else []
    holders = Participant.objects.filter(workspace=place, role=Role.OWNER).values("user")
    members = OrganizationMember.objects.filter(
        organization=place.organization, role=OrganizationRole.OWNER
    ).values("user")
    people = User.objects.filter(is_active=True)
    return list(people.filter(pk__in=holders) | people.filter(pk__in=members))
