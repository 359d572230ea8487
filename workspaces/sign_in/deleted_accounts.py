"""Deleted accounts: nobody signs in; a link or an administrator brings them back; the purge."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from common.clock import database_now
from common.links import absolute, host_of_site
from common.living import KEPT_FOR
from common.models import OutgoingMail
from workspaces import audit
from workspaces.mails import compose
from workspaces.members.departures import note_return
from workspaces.members.handover import hand_over_workspaces
from workspaces.members.invitations import invitations_of
from workspaces.models import (
    BrowserSession,
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    TeamMember,
    User,
)
from workspaces.models.departure import LeftBy
from workspaces.models.roles import OrganizationRole
from workspaces.rights.refusals import AlreadyDeleted
from workspaces.sign_in.accounts import Keeper, locked_account, record_of, shut_out

DELETED = "the account was deleted"


@dataclass(frozen=True)
class AccountEnds:
    """What ends with an account. ``organizations``: those in which nobody else is."""

    organizations: list[Organization]
    roles: int
    sessions: int
    factors: int
    invitations: int
    mails: int


def what_ends_with(person: User) -> AccountEnds:
    """What the deletion of this account ends, beside the personal workspace."""
    ending = ending_organizations(person)
    roles = Participant.objects.filter(user=person, workspace__deleted_at=None)
    factors = Authenticator.objects.filter(user=person)
    mails = OutgoingMail.objects.filter(to__iexact=person.email, sent_at=None, failed_at=None)
    return AccountEnds(
        organizations=ending,
        roles=roles.exclude(workspace__organization__in=ending).count(),
        sessions=BrowserSession.objects.filter(person=person).count(),
        factors=factors.exclude(type=Authenticator.Type.RECOVERY_CODES).count(),
        invitations=invitations_of(person).count(),
        mails=mails.count(),
    )


def ending_organizations(person: User) -> list[Organization]:
    """The organizations that end with this account: the person owns them, nobody else who may sign
    in is in them, and no other owner could come back."""
    mine = OrganizationMember.objects.filter(
        organization=OuterRef("pk"), user=person, role=OrganizationRole.OWNER
    )
    others = ~Q(members__user=person) & Q(members__user__deleted_at=None)
    stays = Q(members__user__is_active=True) | Q(members__role=OrganizationRole.OWNER)
    counted = Organization.objects.filter(Exists(mine)).annotate(
        staying=Count("members", filter=others & stays)
    )
    return list(counted.filter(staying=0).order_by("name", "pk"))


@transaction.atomic
@audit.together()
def close_account(
    person: User, *, heirs: Mapping[UUID, User], keeper: Keeper, at: datetime
) -> User:
    """Delete an account for seven days; the caller deletes the places that end with it.

    Who deletes their own gets a link that brings it back; after an administrator, only an
    administrator brings it back. Raises AlreadyDeleted, LastAdministrator, NeedsOwner.
    """
    row = locked_account(person)
    if row.deleted_at is not None:
        raise AlreadyDeleted("This account is deleted already.")
    token = secrets.token_urlsafe(32) if keeper.user == row else ""
    was_suspended = not row.is_active
    ended = shut_out(row, heirs=heirs, keeper=keeper, how=LeftBy.DELETION)
    row.deleted_at, row.deleted_suspended = at, was_suspended
    row.return_hash = _hash(token) if token else None
    row.save(update_fields=["deleted_at", "deleted_suspended", "return_hash"])
    record_of(row, "accounts:account:delete", keeper, count=ended)
    _tell(row, token)
    return row


@transaction.atomic
@audit.together()
def reopen_account(person: User, *, keeper: Keeper) -> User:
    """Bring a deleted account back as it was. Raises User.DoesNotExist if it is not kept."""
    row = locked_account(person)
    if not is_kept(row):
        raise User.DoesNotExist
    row.is_active = not row.deleted_suspended
    row.deleted_at = row.deleted_suspended = row.return_hash = None
    row.save(update_fields=["is_active", "deleted_at", "deleted_suspended", "return_hash"])
    note_return(row)
    record_of(row, "accounts:account:restore", keeper)
    return row


def account_of_token(token: str) -> User | None:
    """The deleted account that this token of a mail brings back."""
    row = User.objects.filter(return_hash=_hash(token)).first()
    return row if row and is_kept(row) else None


def is_kept(person: User) -> bool:
    """True if the account is deleted and can be brought back."""
    return person.kept_until is not None and person.kept_until > database_now()


def accounts_to_purge(now: datetime) -> list[User]:
    """The deleted accounts whose seven days are over."""
    return list(User.objects.filter(deleted_at__lte=now - KEPT_FOR).order_by("deleted_at"))


@transaction.atomic
@audit.together()
def purge_account(person: User) -> None:
    """Delete a deleted account for good, after its places. Workspaces that it owned alone belong to
    an owner of their organization from now on, who owned them through it already."""
    row = locked_account(person)
    if row.deleted_at is None:
        return
    keeper = Keeper(None, audit.Caller("worker"))
    record_of(row, "accounts:account:purge", keeper, held=_held_by(row))
    hand_over_workspaces(row, reason=DELETED, caller=keeper.caller)
    for model in (Participant, OrganizationMember):
        model._base_manager.filter(user=row).delete()
    Invitation.objects.filter(invited_by=row).delete()
    row.delete()


def _held_by(person: User) -> list[str]:
    """The roles that end with the account, each as a word of the audit log."""
    roles = Participant.objects.filter(user=person).order_by("workspace")
    owned = OrganizationMember.objects.filter(user=person, role=OrganizationRole.OWNER)
    teams = TeamMember.objects.filter(user=person).order_by("team")
    return [
        *(f"role:{row.workspace_id}:{row.role}" for row in roles),
        *(f"owner:{row.organization_id}" for row in owned.order_by("organization")),
        *(f"team:{row.team_id}" for row in teams),
    ]


def _tell(person: User, token: str) -> None:
    """Mail the person that the account is deleted, with the link if there is one."""
    link = absolute(reverse("overview:account_return", args=[token])) if token else ""
    context = {"site": host_of_site(), "link": link, "kept_until": person.kept_until}
    words = compose.render_mail(
        "account_deleted", "Your account was deleted", context, time_zone=person.time_zone
    )
    key = f"account-deleted:{person.pk}:{person.deleted_at:%Y%m%d%H%M%S%f}"
    compose.post(to=person.email, words=words, dedupe_key=key)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
