"""The people of a workspace: its participants, their roles, and open invitations."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces.forms import InviteForm, RoleForm, TeamRoleForm
from workspaces.members import participants
from workspaces.members.invitations import invitations_to_show
from workspaces.members.listing import teams_of, who_is_there
from workspaces.models import Participant
from workspaces.models.roles import Role
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import ROLE_SENTENCES, Can, allows, may_give
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up


@require_safe
@workspace_view(Can.SEE)
def people(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Every participant; those who may invite see the open invitations too."""
    return people_page(request, seat, InviteForm(giver=seat.role))


def people_page(
    request: HttpRequest, seat: Seat, form: InviteForm, *, link: str = ""
) -> HttpResponse:
    """The people page; ``form`` is the invitation, empty or as sent. ``link``: of the invitation
    that was just made, if no mail carries it."""
    may_invite = allows(seat.role, Can.INVITE)
    there = who_is_there(seat)
    found = teams_of(seat.workspace)
    context = {
        "seat": seat,
        "tab": "people",
        "people": there,
        "may_leave": any(each.is_reader and each.may_leave for each in there),
        "roles": [(role.label, ROLE_SENTENCES[role]) for role in Role],
        "may_invite": may_invite,
        "form": form,
        "link": link,
        "invitations": invitations_to_show(seat.workspace) if may_invite else [],
        "teams": found,
        "team_roles": [(team, Role(team.role_here).label) for team in found if team.role_here],
        "team_form": TeamRoleForm(seat),
    }
    return render(request, "workspaces/people.html", context)


def to_people(seat: Seat) -> HttpResponseRedirect:
    """Redirect to the people page. A personal workspace has none: Http404."""
    organization = seat.workspace.organization
    if organization is None:
        raise Http404
    return redirect("workspaces:people", organization.slug, seat.workspace.slug)


@require_POST
@step_up
@workspace_view(Can.INVITE)
def participant_role(request: HttpRequest, seat: Seat, person: UUID) -> HttpResponse:
    """Change the role of a participant."""
    row = _participant(seat, person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        participants.change_role(seat, participant=row, role=Role(form.cleaned_data["role"]))
    except NotAllowed:
        raise PermissionDenied from None
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"{row.user.name} has another role now.")
    return to_people(seat)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.INVITE)
def participant_remove(request: HttpRequest, seat: Seat, person: UUID) -> HttpResponse:
    """Ask for a confirmation, then remove a participant."""
    row = _participant(seat, person)
    if not may_give(seat.role, Role(row.role)):
        raise PermissionDenied
    if request.method == "POST":
        try:
            participants.remove(seat, participant=row)
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            messages.error(request, refusal.words)
        else:
            messages.success(request, f"{row.user.name} is no longer in this workspace.")
        return to_people(seat)
    context = {"seat": seat, "tab": "people", "row": row}
    return render(request, "workspaces/participant_remove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.LEAVE)
def leave(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for a confirmation, then end one's own participation."""
    if request.method == "POST":
        try:
            participants.leave_workspace(seat)
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return to_people(seat)
        messages.success(request, f"You have left {seat.workspace.label}.")
        return redirect("workspaces:home")
    return render(request, "workspaces/leave.html", {"seat": seat, "tab": "people"})


def _participant(seat: Seat, person: UUID) -> Participant:
    rows = Participant.objects.select_related("user").filter(workspace=seat.workspace)
    return rows.get(user=person)
