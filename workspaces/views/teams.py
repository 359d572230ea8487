"""Teams: on the page of the organization, on their own pages, and their roles in a workspace."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces.forms import Named, TeamMemberForm, TeamRoleForm
from workspaces.members import teams
from workspaces.models import Team, User
from workspaces.models.roles import Role
from workspaces.rights.access import organization_seat, workspace_view
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.sign_in.step_up import step_up
from workspaces.views.members import to_people


@require_POST
def team_add(request: HttpRequest, organization: str) -> HttpResponse:
    """Add a team, and go to its page."""
    seat = organization_seat(request, organization=organization, owner=True)
    form = Named(request.POST)
    if form.is_valid():
        try:
            made = teams.make_team(seat, name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"The team {made.name} is there. Now put people into it.")
            return redirect("workspaces:team", organization, made.pk)
    why = " ".join(str(error) for error in form.errors.get("name", []))
    messages.error(request, f"The team was not added. {why}")
    return redirect("workspaces:organization", organization)


@require_safe
def team_page(request: HttpRequest, organization: str, team: UUID) -> HttpResponse:
    """The people of a team and its roles; owners of the organization change them."""
    seat = organization_seat(request, organization=organization)
    return _page(request, seat, _team(seat, team))


@require_POST
def team_rename(request: HttpRequest, organization: str, team: UUID) -> HttpResponse:
    seat = organization_seat(request, organization=organization, owner=True)
    row, form = _team(seat, team), Named(request.POST)
    if form.is_valid():
        try:
            teams.rename_team(seat, row, name=form.cleaned_data["name"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "The new name is saved.")
            return redirect("workspaces:team", organization, team)
    why = " ".join(str(error) for error in form.errors.get("name", []))
    messages.error(request, f"The name was not changed. {why}")
    return redirect("workspaces:team", organization, team)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def team_delete(request: HttpRequest, organization: str, team: UUID) -> HttpResponse:
    """Ask for a confirmation, then delete the team."""
    seat = organization_seat(request, organization=organization, owner=True)
    row = _team(seat, team)
    if request.method == "POST":
        teams.delete_team(seat, row)
        messages.success(request, f"The team {row.name} was deleted.")
        return redirect("workspaces:organization", organization)
    return render(request, "workspaces/team_delete.html", {"seat": seat, "team": row})


@require_POST
@step_up
def team_member_add(request: HttpRequest, organization: str, team: UUID) -> HttpResponse:
    """Put a member of the organization into the team."""
    seat = organization_seat(request, organization=organization, owner=True)
    row = _team(seat, team)
    form = TeamMemberForm(row, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a person of the organization who is not in the team.")
        return redirect("workspaces:team", organization, team)
    person = form.cleaned_data["person"]
    try:
        teams.add_to_team(seat, row, person)
    except NotAllowed as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"{person.name} is in {row.name} now.")
    return redirect("workspaces:team", organization, team)


@require_POST
def team_member_remove(
    request: HttpRequest, organization: str, team: UUID, person: UUID
) -> HttpResponse:
    """Take somebody out of the team; everybody may leave."""
    seat = organization_seat(request, organization=organization)
    if not seat.owns and person != seat.user.pk:
        raise PermissionDenied
    row = _team(seat, team)
    member = row.members.select_related("user").filter(user=person).first()
    if member is None:
        raise Http404
    teams.take_from_team(seat, row, member.user)
    who = "You have left" if member.user == seat.user else f"{member.user.name} is no longer in"
    messages.success(request, f"{who} {row.name}.")
    return redirect("workspaces:team", organization, team)


@require_POST
@step_up
@workspace_view(Can.INVITE)
def team_role(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Give a team of the organization a role in the workspace, or another one."""
    form = TeamRoleForm(seat, request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a team of the organization, and a role that you may give.")
        return to_people(seat)
    team, role = form.cleaned_data["team"], Role(form.cleaned_data["role"])
    try:
        teams.set_team_role(seat, team, role=role)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, f"{team.name}: {role.label}.")
    return to_people(seat)


@require_POST
@workspace_view(Can.INVITE)
def team_role_remove(request: HttpRequest, seat: Seat, team: UUID) -> HttpResponse:
    """Take the team's role in the workspace away."""
    row = Team.objects.filter(organization=seat.workspace.organization_id).get(pk=team)
    try:
        teams.remove_team_role(seat, row)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, f"{row.name} has no role in this workspace now.")
    return to_people(seat)


def _team(seat: OrganizationSeat, key: UUID) -> Team:
    found = Team.objects.filter(organization=seat.organization, pk=key).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, seat: OrganizationSeat, team: Team) -> HttpResponse:
    people = User.objects.filter(team_memberships__team=team).order_by("name", "email")
    roles = team.roles.select_related("workspace").filter(workspace__deleted_at=None)
    context = {
        "seat": seat,
        "team": team,
        "people": people,
        "roles": roles.order_by("workspace__name") if seat.owns else [],
        "form": TeamMemberForm(team),
        "rename": Named(initial={"name": team.name}),
    }
    return render(request, "workspaces/team.html", context)
