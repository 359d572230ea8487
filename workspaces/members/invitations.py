"""Deeds about invitations: how people come into a workspace."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.throttle import allow
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.members import people
from workspaces.models import Invitation, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.access import role_in
from workspaces.rights.refusals import (
    AddressTaken,
    AlreadyInvited,
    AlreadyThere,
    InvitationGone,
    NotAllowed,
    PersonalWorkspace,
    TooManyInvitations,
    WrongPerson,
)
from workspaces.rights.roles import may_give
from workspaces.rights.seat import Seat

LASTS = timedelta(days=7)
A_DAY = timedelta(days=1)
PER_DAY = 20


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(seat: Seat, *, email: str, role: Role) -> Invitation:
    """Offer a role to an address; the link goes there by mail and is kept nowhere."""
    if seat.workspace.is_personal:
        raise PersonalWorkspace
    if not may_give(seat.role, role):
        raise NotAllowed
    if not allow(f"invite:{seat.user.pk}", PER_DAY, A_DAY):
        raise TooManyInvitations
    token = secrets.token_urlsafe(32)
    return _offer(seat, email.strip().lower(), role, token)


@transaction.atomic
def _offer(seat: Seat, email: str, role: Role, token: str) -> Invitation:
    now = timezone.now()
    if Participant.objects.filter(workspace=seat.workspace, user__email__iexact=email).exists():
        raise AlreadyThere
    pending = Invitation.objects.filter(workspace=seat.workspace, email__iexact=email)
    pending.filter(accepted_at=None, withdrawn_at=None, expires_at__lte=now).update(
        withdrawn_at=now
    )
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                workspace=seat.workspace,
                email=email,
                role=role,
                invited_by=seat.user,
                token_hash=token_hash(token),
                created_at=now,
                expires_at=now + LASTS,
            )
    except IntegrityError:
        raise AlreadyInvited from None
    details = {"role": role.value}
    audit.record("workspaces:invitation:send", seat=seat, target=invitation, details=details)
    compose.send_invitation(invitation, token)
    return invitation


@transaction.atomic
def withdraw(seat: Seat, *, invitation: Invitation) -> None:
    """Take an offer back; its link opens nothing any more."""
    if not may_give(seat.role, Role(invitation.role)):
        raise NotAllowed
    open_ones = Invitation.objects.filter(pk=invitation.pk, workspace=seat.workspace)
    if open_ones.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        audit.record("workspaces:invitation:withdraw", seat=seat, target=invitation)


def find_invitation(token: str) -> Invitation:
    """The open invitation behind a link, or :class:`InvitationGone`."""
    invitation = (
        Invitation.objects.select_related("workspace__organization", "invited_by")
        .filter(token_hash=token_hash(token), accepted_at=None, withdrawn_at=None)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None or not _has_ground(invitation):
        raise InvitationGone
    return invitation


@transaction.atomic
def accept(token: str, *, user: User, caller: Caller) -> Invitation:
    """The invited person takes the role, once."""
    invitation = find_invitation(token)
    proven = EmailAddress.objects.filter(user=user, verified=True)
    if not proven.filter(email__iexact=invitation.email).exists():
        raise WrongPerson
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not open_ones.update(accepted_at=timezone.now()):
        raise InvitationGone
    _take_part(invitation, user)
    seat = Seat(user, invitation.workspace, Role(invitation.role), caller)
    details = {"role": invitation.role}
    audit.record("workspaces:invitation:accept", seat=seat, target=invitation, details=details)
    return invitation


@transaction.atomic
def accept_as_newcomer(token: str, *, name: str, password: str, caller: Caller) -> User:
    """The link proves the address, so the invited person becomes an account with it."""
    invitation = find_invitation(token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise AddressTaken
    person = people.add_person(email=invitation.email, name=name, password=password, caller=caller)
    accept(token, user=person, caller=caller)
    return person


def withdraw_what_lost_its_ground(workspace: Workspace, inviter: User, *, caller: Caller) -> None:
    """Invitations die with the right to make them. Call inside the deed that took the right."""
    pending = Invitation.objects.filter(
        workspace=workspace, invited_by=inviter, accepted_at=None, withdrawn_at=None
    )
    role = role_in(inviter, workspace)
    for invitation in pending:
        if role is None or not may_give(role, Role(invitation.role)):
            invitation.withdrawn_at = timezone.now()
            invitation.save(update_fields=["withdrawn_at"])
            audit.record(
                "workspaces:invitation:withdraw",
                workspace=workspace,
                target=invitation,
                caller=caller,
                details={"reason": "the inviter lost the right"},
            )


def _has_ground(invitation: Invitation) -> bool:
    role = role_in(invitation.invited_by, invitation.workspace)
    return role is not None and may_give(role, Role(invitation.role))


def _take_part(invitation: Invitation, user: User) -> None:
    """Add the role; somebody who has a role already keeps the higher one."""
    order = list(Role)
    row, added = Participant.objects.select_for_update().get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    if not added and order.index(Role(invitation.role)) < order.index(Role(row.role)):
        row.role = invitation.role
        row.save(update_fields=["role"])
    OrganizationMember.objects.get_or_create(
        organization=invitation.workspace.organization,
        user=user,
        defaults={"role": OrganizationRole.MEMBER},
    )
