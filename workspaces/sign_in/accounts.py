"""What administrators do with accounts: rights over the instance, suspension, sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from common.outbox import drop_mails_to
from workspaces import audit
from workspaces.audit import Caller
from workspaces.members.departures import note_departures, note_return, shared_places_of
from workspaces.members.invitations import withdraw_invitations_of
from workspaces.models import Organization, OrganizationMember, User
from workspaces.models.api_token import TokenEnd
from workspaces.models.departure import LeftBy
from workspaces.models.roles import OrganizationRole
from workspaces.rights.refusals import (
    AlreadyDeleted,
    LastAdministrator,
    NeedsOwner,
    NotAllowed,
)
from workspaces.sign_in import factors, open_sessions
from workspaces.tokens.life import end_tokens_of

MANY = 20
"""Organizations named in a refusal."""


@dataclass(frozen=True)
class Keeper:
    """Who looks after accounts: an administrator, or ``user`` None for the command."""

    user: User | None
    caller: Caller


@transaction.atomic
@audit.together()
def set_instance_rights(
    person: User, *, administrator: bool | None, auditor: bool | None, keeper: Keeper
) -> User:
    """Make somebody administrator or auditor, or neither; None: as it is. Raises LastAdministrator,
    AlreadyDeleted.

    The sessions of the person end: those of administrators have other limits.
    """
    row = locked_account(person)
    if row.deleted_at is not None:
        raise AlreadyDeleted
    if row.is_staff and row.is_active and administrator is False:
        _require_another_administrator(row)
    old = _flags(row)
    row.is_staff = row.is_staff if administrator is None else administrator
    row.is_auditor = row.is_auditor if auditor is None else auditor
    if _flags(row) != old:
        row.administrator_since = _since(row, old)
        row.save(update_fields=["is_staff", "is_auditor", "administrator_since"])
        record_of(row, "accounts:person:rights", keeper, old=old, flags=_flags(row))
        open_sessions.end_all(row, actor=keeper.user, caller=keeper.caller)
    return row


@transaction.atomic
@audit.together()
def suspend(person: User, *, heirs: Mapping[UUID, User], keeper: Keeper) -> User:
    """Suspend a person: nobody signs in with this account, and its invitations and mails end.

    ``heirs``: for each organization whose only owner this is, the member who owns it from now on;
    one without other members waits for its owner. Raises LastAdministrator, NeedsOwner,
    AlreadyDeleted, and NotAllowed for one's own account.
    """
    row = locked_account(person)
    if keeper.user is not None and keeper.user.pk == row.pk:
        raise NotAllowed("This is your own account. Another administrator can suspend it.")
    if row.deleted_at is not None:  # its person may have a link that brings it back
        raise AlreadyDeleted
    if not row.is_active:
        return row
    ended = shut_out(row, heirs=heirs, keeper=keeper, how=LeftBy.SUSPENSION)
    record_of(row, "accounts:person:suspend", keeper, count=ended)
    return row


def shut_out(person: User, *, heirs: Mapping[UUID, User], keeper: Keeper, how: LeftBy) -> int:
    """End all that the person of this locked row can do, by suspension or deletion.

    Returns how many invitations ended. Raises LastAdministrator, NeedsOwner.
    """
    if person.is_staff and person.is_active:
        _require_another_administrator(person)
    _pass_on(person, heirs, keeper)
    reason, reached = f"the account was {how}", shared_places_of(person) if person.is_active else []
    person.is_active = False
    person.save(update_fields=["is_active"])
    ends = {LeftBy.SUSPENSION: TokenEnd.SUSPENDED, LeftBy.DELETION: TokenEnd.DELETED}
    end_tokens_of(person, ends[how], actor=keeper.user, caller=keeper.caller)
    note_departures(person, reached, how)
    ended = withdraw_invitations_of(person, reason=reason, actor=keeper.user, caller=keeper.caller)
    drop_mails_to(person.email, reason=reason, now=timezone.now())
    open_sessions.end_all(person, actor=keeper.user, caller=keeper.caller)
    return ended


@transaction.atomic
@audit.together()
def reinstate(person: User, *, keeper: Keeper) -> User:
    """Let a suspended person sign in again, with the roles that the person has now.

    Raises AlreadyDeleted.
    """
    row = locked_account(person)
    if row.deleted_at is not None:
        raise AlreadyDeleted
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        note_return(row)
        record_of(row, "accounts:person:restore", keeper)
    return row


@transaction.atomic
@audit.together()
def forget_factors(person: User, *, keeper: Keeper) -> None:
    """Remove the second factors of somebody who lost them, and end the sessions, in one go."""
    factors.reset_factors(person, actor=keeper.user, caller=keeper.caller)
    open_sessions.end_all(person, actor=keeper.user, caller=keeper.caller)


def owned_alone(person: User) -> list[Organization]:
    """The organizations with other active members, of which this person is the only owner."""
    active = Q(members__user__is_active=True) & ~Q(members__user=person)
    owners = active & Q(members__role=OrganizationRole.OWNER)
    owned = Organization.objects.filter(
        pk__in=OrganizationMember.objects.filter(user=person, role=OrganizationRole.OWNER).values(
            "organization"
        )
    )
    counted = owned.annotate(
        others=Count("members", filter=active), other_owners=Count("members", filter=owners)
    )
    return list(counted.filter(others__gt=0, other_owners=0).order_by("name", "pk"))


def heirs_of(organization: Organization, person: User) -> list[User]:
    """The other members of an organization who may sign in."""
    others = User.objects.filter(memberships__organization=organization, is_active=True)
    return list(others.exclude(pk=person.pk).order_by("name", "email"))


def _pass_on(person: User, heirs: Mapping[UUID, User], keeper: Keeper) -> None:
    """Make the heirs owners. Raises NeedsOwner if an organization has none."""
    mine = OrganizationMember.objects.filter(user=person, role=OrganizationRole.OWNER)
    owned = Organization.objects.filter(pk__in=mine.values("organization"))
    list(owned.select_for_update().order_by("pk"))
    alone = owned_alone(person)
    without = [each.name for each in alone if each.pk not in heirs]
    if without:
        raise NeedsOwner(without[:MANY])
    for organization in alone:
        member = (
            OrganizationMember.objects.select_related("user")
            .filter(organization=organization, user=heirs[organization.pk], user__is_active=True)
            .exclude(user=person)
            .first()
        )
        if member is None:
            raise NeedsOwner([organization.name])
        member.role = OrganizationRole.OWNER
        member.save(update_fields=["role"])
        details = {
            "role": member.role,
            "organization": organization.name,
            "organization_id": str(organization.pk),
        }
        record_of(member.user, "workspaces:member:change", keeper, **details)


def locked_account(person: User) -> User:
    """The row of a person. Deeds on accounts run one after another: they lock all administrators,
    of whom one must stay."""
    # No key changes, so that a role that is given meanwhile waits for none of these locks.
    rows = User.objects.select_for_update(no_key=True)
    list(rows.filter(Q(is_staff=True) | Q(pk=person.pk)).order_by("pk"))
    return User.objects.get(pk=person.pk)


def _require_another_administrator(person: User) -> None:
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    if not others.exists():
        raise LastAdministrator


def _since(person: User, old: list[str]) -> datetime | None:
    """When the person became an administrator."""
    if not person.is_staff:
        return None
    return person.administrator_since if "administrator" in old else timezone.now()


def _flags(person: User) -> list[str]:
    flags = {"administrator": person.is_staff, "auditor": person.is_auditor}
    return [word for word, is_set in flags.items() if is_set]


def record_of(
    person: User, action: str, keeper: Keeper, **details: audit.Plain | list[str]
) -> None:
    """Write down what was done with this account."""
    audit.record(action, actor=keeper.user, target=person, caller=keeper.caller, details=details)
