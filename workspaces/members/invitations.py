"""Actions on invitations: invite, withdraw, accept."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.throttle import allow
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.members import offers, people
from workspaces.members.departures import note_return
from workspaces.models import Invitation, Organization, Team, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import (
    AddressTaken,
    AlreadyInvited,
    InvitationGone,
    InvitedOften,
    NotAllowed,
    PersonalWorkspace,
    TooManyInvitations,
    WrongPerson,
)
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.time_zones import UTC

AnySeat = Seat | OrganizationSeat
AnyRole = Role | OrganizationRole
INVITATION_LIFETIME = timedelta(days=7)
MAX_INVITATIONS, WINDOW = 20, timedelta(days=1)


def token_hash(token: str) -> str:
    """The hash that is stored instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(seat: AnySeat, *, email: str, role: AnyRole, teams: Sequence[Team] = ()) -> Invitation:
    """Offer an e-mail address a role in the workspace, or in the organization and in its ``teams``.

    The mail has the only copy of the link.
    """
    token = _token_for(seat, role)
    return _offer(seat, email.strip().lower(), role, teams, token, by_link=False)


def invite_by_link(seat: AnySeat, *, email: str, role: AnyRole, teams: Sequence[Team] = ()) -> str:
    """The same without a mail server: returns the only copy of the link, for the inviter.

    So the address of the new account is as sure as its inviter.
    """
    token = _token_for(seat, role)
    _offer(seat, email.strip().lower(), role, teams, token, by_link=True)
    return compose.invitation_link(token)


def _token_for(seat: AnySeat, role: AnyRole) -> str:
    if isinstance(seat, Seat) and seat.workspace.is_personal:
        raise PersonalWorkspace
    if not offers.may_offer(seat.role, role):
        raise NotAllowed
    if not allow(f"invite:{seat.user.pk}", MAX_INVITATIONS, WINDOW):
        raise TooManyInvitations
    return secrets.token_urlsafe(32)


@transaction.atomic
@audit.together()
def _offer(
    seat: AnySeat, email: str, role: AnyRole, teams: Sequence[Team], token: str, *, by_link: bool
) -> Invitation:
    now, place = timezone.now(), place_of(seat)
    offers.refuse_who_is_there(place, email)
    into = offers.locked_teams(place, teams)
    pending = open_invitations(place).filter(email__iexact=email)
    pending.filter(expires_at__lte=now).update(withdrawn_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                **_target(place),
                email=email,
                role=role,
                invited_by=seat.user,
                token_hash=token_hash(token),
                created_at=now,
                expires_at=now + INVITATION_LIFETIME,
            )
    except IntegrityError:
        raise AlreadyInvited from None
    invitation.teams.set(into)
    User.objects.filter(pk=seat.user.pk, invited_at=None).update(invited_at=now)
    details = _details(invitation) | {"delivery": "by link" if by_link else "by mail"}
    audit.record("workspaces:invitation:send", seat=seat, target=invitation, details=details)
    if not by_link and not compose.send_invitation(invitation, token):
        raise InvitedOften
    return invitation


def place_of(seat: AnySeat) -> Workspace | Organization:
    """The place of a seat."""
    return seat.workspace if isinstance(seat, Seat) else seat.organization


def open_invitations(place: Workspace | Organization) -> QuerySet[Invitation]:
    """The invitations to this place that are neither accepted nor withdrawn."""
    return Invitation.objects.filter(**_target(place), accepted_at=None, withdrawn_at=None)


def invitations_to_show(place: Workspace | Organization) -> list[Invitation]:
    """Those that can still be accepted, with who invites, and into which teams."""
    rows = open_invitations(place).filter(expires_at__gt=timezone.now())
    rows = rows.select_related("invited_by")
    return list(rows if isinstance(place, Workspace) else rows.prefetch_related("teams"))


def _target(place: Workspace | Organization) -> dict[str, Any]:
    return {"workspace" if isinstance(place, Workspace) else "organization": place}


def _details(invitation: Invitation) -> dict[str, str | list[str]]:
    """What it gives, for the audit log; the workspace stands in a column of its own."""
    if invitation.organization is None:
        return {"role": invitation.role}
    teams = [team.name for team in invitation.teams.all()]
    told: dict[str, str | list[str]] = {
        "organization": invitation.organization.name,
        "organization_id": str(invitation.organization.pk),
    }
    return {"role": invitation.role} | told | ({"teams": teams} if teams else {})


@transaction.atomic
def withdraw(seat: AnySeat, *, invitation: Invitation) -> None:
    """Withdraw an open invitation; its link no longer works."""
    if not offers.may_offer(seat.role, invitation.role):
        raise NotAllowed
    pending = open_invitations(place_of(seat)).filter(pk=invitation.pk)
    if pending.update(withdrawn_at=timezone.now()):
        details = _details(invitation)
        audit.record(
            "workspaces:invitation:withdraw", seat=seat, target=invitation, details=details
        )


def find_invitation(token: str) -> Invitation:
    """The open invitation of this token. Raises InvitationGone."""
    invitation = (
        Invitation.objects.select_related("workspace__organization", "organization", "invited_by")
        .filter(token_hash=token_hash(token), accepted_at=None, withdrawn_at=None)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None or not _inviter_has_right(invitation):
        raise InvitationGone
    return invitation


@transaction.atomic
@audit.together()
def accept(token: str, *, user: User, caller: Caller) -> Invitation:
    """Give the invited person what it offers, once. Raises InvitationGone or WrongPerson."""
    invitation = find_invitation(token)
    proven = EmailAddress.objects.filter(user=user, verified=True)
    if not proven.filter(email__iexact=invitation.email).exists():
        raise WrongPerson
    # Changes of the owners of an organization, and its deletion, run one after another.
    home = invitation.organization_id
    if home and not Organization.objects.select_for_update().filter(pk=home).first():
        raise InvitationGone
    pending = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not pending.update(accepted_at=timezone.now()):
        raise InvitationGone
    seat, old_role = offers.take_up(invitation, user, caller)
    note_return(user)
    details = _details(invitation) | {"old_role": old_role}
    audit.record("workspaces:invitation:accept", seat=seat, target=invitation, details=details)
    return invitation


@transaction.atomic
@audit.together()
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


def withdraw_invalid_invitations(
    place: Workspace | Organization, inviter: User, *, caller: Caller
) -> None:
    """Withdraw open invitations to this place that ``inviter`` may no longer make.

    Call it in the transaction of the action that took the right away.
    """
    held = offers.held_in(inviter, place)
    for invitation in open_invitations(place).filter(invited_by=inviter):
        if not offers.may_offer(held, invitation.role):
            _end(invitation, "the inviter lost the right", caller=caller)


def withdraw_invitations_into(team: Team, *, seat: OrganizationSeat) -> None:
    """Withdraw the open invitations that name this team, because it is deleted."""
    found = open_invitations(team.organization).filter(teams=team)
    for invitation in found.select_for_update(of=("self",)):
        _end(invitation, "the team was deleted", actor=seat.user, caller=seat.caller)


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
    found = list(invitations_of(person).select_related("workspace__organization", "organization"))
    for invitation in found:
        _end(invitation, reason, actor=actor, caller=caller)
    return len(found)


def _end(invitation: Invitation, reason: str, *, actor: User | None = None, caller: Caller) -> None:
    """Withdraw it for this reason, and say so in the audit log."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(
        "workspaces:invitation:withdraw",
        actor=actor,
        workspace=invitation.workspace,
        target=invitation,
        caller=caller,
        details=_details(invitation) | {"reason": reason},
    )


def _inviter_has_right(invitation: Invitation) -> bool:
    held = offers.held_in(invitation.invited_by, invitation.place)
    return offers.may_offer(held, invitation.role)
