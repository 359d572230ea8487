"""Actions on invitations: invite, withdraw, accept."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.throttle import allow
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.members import people
from workspaces.members.departures import note_return
from workspaces.models import Invitation, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.access import role_in
from workspaces.rights.refusals import (
    AddressTaken,
    AlreadyInvited,
    AlreadyThere,
    InvitationGone,
    InvitedOften,
    NotAllowed,
    PersonalWorkspace,
    TooManyInvitations,
    WrongPerson,
)
from workspaces.rights.roles import may_give
from workspaces.rights.seat import Seat
from workspaces.time_zones import UTC

INVITATION_LIFETIME = timedelta(days=7)
MAX_INVITATIONS, WINDOW = 20, timedelta(days=1)


def token_hash(token: str) -> str:
    """The hash that is stored instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(seat: Seat, *, email: str, role: Role) -> Invitation:
    """Offer a role to an e-mail address. The mail has the only copy of the link."""
    token = _token_for(seat, role)
    return _offer(seat, email.strip().lower(), role, token, by_link=False)


def invite_by_link(seat: Seat, *, email: str, role: Role) -> str:
    """The same without a mail server: returns the only copy of the link, for the inviter.

    So the address of the new account is as sure as its inviter.
    """
    token = _token_for(seat, role)
    _offer(seat, email.strip().lower(), role, token, by_link=True)
    return compose.invitation_link(token)


def _token_for(seat: Seat, role: Role) -> str:
    if seat.workspace.is_personal:
        raise PersonalWorkspace
    if not may_give(seat.role, role):
        raise NotAllowed
    if not allow(f"invite:{seat.user.pk}", MAX_INVITATIONS, WINDOW):
        raise TooManyInvitations
    return secrets.token_urlsafe(32)


@transaction.atomic
def _offer(seat: Seat, email: str, role: Role, token: str, *, by_link: bool) -> Invitation:
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
                expires_at=now + INVITATION_LIFETIME,
            )
    except IntegrityError:
        raise AlreadyInvited from None
    User.objects.filter(pk=seat.user.pk, invited_at=None).update(invited_at=now)
    details = {"role": role.value, "delivery": "by link" if by_link else "by mail"}
    audit.record("workspaces:invitation:send", seat=seat, target=invitation, details=details)
    if not by_link and not compose.send_invitation(invitation, token):
        raise InvitedOften
    return invitation


@transaction.atomic
def withdraw(seat: Seat, *, invitation: Invitation) -> None:
    """Withdraw an open invitation; its link no longer works."""
    if not may_give(seat.role, Role(invitation.role)):
        raise NotAllowed
    pending = Invitation.objects.filter(pk=invitation.pk, workspace=seat.workspace)
    if pending.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        audit.record("workspaces:invitation:withdraw", seat=seat, target=invitation)


def find_invitation(token: str) -> Invitation:
    """The open invitation of this token. Raises InvitationGone."""
    invitation = (
        Invitation.objects.select_related("workspace__organization", "invited_by")
        .filter(token_hash=token_hash(token), accepted_at=None, withdrawn_at=None)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None or not _inviter_has_right(invitation):
        raise InvitationGone
    return invitation


@transaction.atomic
def accept(token: str, *, user: User, caller: Caller) -> Invitation:
    """Give the invited person the role, once. Raises InvitationGone or WrongPerson."""
    invitation = find_invitation(token)
    proven = EmailAddress.objects.filter(user=user, verified=True)
    if not proven.filter(email__iexact=invitation.email).exists():
        raise WrongPerson
    pending = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not pending.update(accepted_at=timezone.now()):
        raise InvitationGone
    _add_role(invitation, user)
    note_return(user)
    seat = Seat(user, invitation.workspace, Role(invitation.role), caller)
    details = {"role": invitation.role}
    audit.record("workspaces:invitation:accept", seat=seat, target=invitation, details=details)
    return invitation


@transaction.atomic
def accept_as_newcomer(
    token: str, *, name: str, password: str | None, caller: Caller, time_zone: str = UTC
) -> User:
    """Add an account and accept. The link proves that the address belongs to the person.

    ``password`` None: the person signs in by a linked account.
    """
    invitation = find_invitation(token)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise AddressTaken
    person = people.add_person(
        email=invitation.email,
        name=name,
        password=password,
        caller=caller,
        time_zone=time_zone,
    )
    accept(token, user=person, caller=caller)
    return person


def withdraw_invalid_invitations(workspace: Workspace, inviter: User, *, caller: Caller) -> None:
    """Withdraw open invitations that ``inviter`` may no longer make.

    Call it in the transaction of the action that took the right away.
    """
    pending = Invitation.objects.filter(
        workspace=workspace, invited_by=inviter, accepted_at=None, withdrawn_at=None
    )
    role = role_in(inviter, workspace)
    for invitation in pending:
        if role is None or not may_give(role, Role(invitation.role)):
            _end(invitation, "the inviter lost the right", caller=caller)


def invitations_of(person: User) -> QuerySet[Invitation]:
    """The open invitations that this person made, and those to the person."""
    theirs = Q(invited_by=person) | Q(email__iexact=person.email)
    return Invitation.objects.filter(theirs, accepted_at=None, withdrawn_at=None)


def withdraw_invitations_of(
    person: User, *, reason: str, actor: User | None, caller: Caller
) -> int:
    """Withdraw the open invitations that this person made, and those to the person.

    Call it in the transaction of the action that is the reason. Returns how many there were.
    """
    found = list(invitations_of(person).select_related("workspace__organization"))
    for invitation in found:
        _end(invitation, reason, actor=actor, caller=caller)
    return len(found)


def _end(invitation: Invitation, reason: str, *, actor: User | None = None, caller: Caller) -> None:
    """Withdraw it for this reason, and say so in the audit log of its workspace."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(
        "workspaces:invitation:withdraw",
        actor=actor,
        workspace=invitation.workspace,
        target=invitation,
        caller=caller,
        details={"reason": reason},
    )


def _inviter_has_right(invitation: Invitation) -> bool:
    role = role_in(invitation.invited_by, invitation.workspace)
    return role is not None and may_give(role, Role(invitation.role))


def _add_role(invitation: Invitation, user: User) -> None:
    """Add the role; a person who already has a role keeps the higher one."""
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
