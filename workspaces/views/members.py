"""The people of a workspace: who is there, as what, and who is on the way in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces.forms import InviteForm, RoleForm
from workspaces.members import participants
from workspaces.members.listing import who_is_there
from workspaces.models import Invitation, Participant
from workspaces.models.roles import Role
from workspaces.rights.access import seat_for
from workspaces.rights.refusals import NotAllowed, Refused
from workspaces.rights.roles import Can, allows, may_give
from workspaces.rights.seat import Seat


@require_safe
def people(request: HttpRequest, organization: str, workspace: str) -> HttpResponse:
    """Everybody in this workspace, and the open invitations for those who may make them."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    return people_page(request, seat, InviteForm(giver=seat.role))


def people_page(request: HttpRequest, seat: Seat, form: InviteForm) -> HttpResponse:
    """The page of the people, with the invitation as it was filled in."""
    may_invite = allows(seat.role, Can.INVITE)
    context = {
        "seat": seat,
        "tab": "people",
        "people": who_is_there(seat),
        "may_invite": may_invite,
        "form": form,
        "invitations": _open_invitations(seat) if may_invite else [],
    }
    return render(request, "workspaces/people.html", context)


@require_POST
def participant_role(
    request: HttpRequest, organization: str, workspace: str, person: UUID
) -> HttpResponse:
    """Give a participant another role."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.INVITE)
    row = _participant(seat, person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        participants.change_role(seat, participant=row, role=Role(form.cleaned_data["role"]))
    except NotAllowed:
        raise PermissionDenied from None
    except Refused as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"{row.user.name} has another role now.")
    return redirect("workspaces:people", organization, workspace)


@require_http_methods(["GET", "HEAD", "POST"])
def participant_remove(
    request: HttpRequest, organization: str, workspace: str, person: UUID
) -> HttpResponse:
    """Ask, then take somebody's role away."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.INVITE)
    row = _participant(seat, person)
    if not may_give(seat.role, Role(row.role)):
        raise PermissionDenied
    if request.method == "POST":
        try:
            participants.remove(seat, participant=row)
        except NotAllowed:
            raise PermissionDenied from None
        except Refused as refusal:
            messages.error(request, refusal.words)
        else:
            messages.success(request, f"{row.user.name} is no longer in this workspace.")
        return redirect("workspaces:people", organization, workspace)
    context = {"seat": seat, "tab": "people", "row": row}
    return render(request, "workspaces/participant_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, organization: str, workspace: str) -> HttpResponse:
    """Ask, then leave."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.LEAVE)
    if request.method == "POST":
        try:
            participants.leave_workspace(seat)
        except Refused as refusal:
            messages.error(request, refusal.words)
            return redirect("workspaces:people", organization, workspace)
        messages.success(request, f"You have left {seat.workspace.label}.")
        return redirect("workspaces:home")
    return render(request, "workspaces/leave.html", {"seat": seat, "tab": "people"})


def _participant(seat: Seat, person: UUID) -> Participant:
    rows = Participant.objects.select_related("user").filter(workspace=seat.workspace)
    row = rows.filter(user=person).first()
    if row is None:
        raise Http404
    return row


def _open_invitations(seat: Seat) -> list[Invitation]:
    rows = Invitation.objects.select_related("invited_by").filter(
        workspace=seat.workspace, accepted_at=None, withdrawn_at=None
    )
    return list(rows.filter(expires_at__gt=timezone.now()))
