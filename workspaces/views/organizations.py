"""Organizations: the list, a new one, and one with its workspaces and its people."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workspaces import places
from workspaces.audit import Caller
from workspaces.forms import Named, OrganizationInviteForm, OrganizationRoleForm, PlaceForm
from workspaces.members import organization_members, participants
from workspaces.members.invitations import invitations_to_show
from workspaces.models import OrganizationMember, Team, User
from workspaces.models.roles import OrganizationRole
from workspaces.rights.access import (
    open_to,
    organization_seat,
    organizations_of,
    person_of,
)
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import ORGANIZATION_SENTENCES
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in.step_up import step_up

FACTOR_SAVED = {
    True: "Nobody opens the workspaces of {name} without a second factor now.",
    False: "{name} requires no second factor any more.",
}


@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    """Every organization that the person is a member of."""
    person = person_of(request)
    rows = organizations_of(person).annotate(people=Count("members", distinct=True))
    context = {"organizations": rows, "may_add": places.may_make_organizations(person)}
    return render(request, "workspaces/organizations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organization_add(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not places.may_make_organizations(person):
        raise PermissionDenied
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = places.make_organization(
                person, **form.cleaned_data, caller=Caller.of(request)
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{created.name} is there. Now give it a first workspace.")
            return redirect("workspaces:organization", created.slug)
    return render(request, "workspaces/organization_add.html", {"form": form})


@require_safe
def organization(request: HttpRequest, organization: str) -> HttpResponse:
    """The organization's workspaces that the person has access to, and its members."""
    return organization_page(request, organization_seat(request, organization=organization))


def organization_page(
    request: HttpRequest,
    seat: OrganizationSeat,
    form: OrganizationInviteForm | None = None,
    *,
    link: str = "",
) -> HttpResponse:
    """The page; ``form`` is the invitation as sent. ``link``: of the invitation that was just made,
    if no mail carries it."""
    teams = teams_to_show(seat)
    workspaces = open_to(seat.user).filter(organization=seat.organization)
    members = _members(seat.organization.pk)
    owners = [member.user_id for member in members if member.role == OrganizationRole.OWNER]
    active = [each.user_id for each in members if each.user.is_active and each.user_id in owners]
    everybody = User.objects.filter(
        Q(participations__workspace=OuterRef("pk"))
        | Q(team_memberships__team__roles__workspace=OuterRef("pk"))
    )
    counted = everybody.exclude(pk__in=owners).order_by().values(one=Value(1))
    others = Subquery(counted.annotate(people=Count("pk", distinct=True)).values("people"))
    context = {
        "seat": seat,
        "workspaces": workspaces.annotate(people=Coalesce(others, 0) + len(owners)),
        "teams": teams,
        "team_form": Named(auto_id="id_team_%s"),
        "members": members,
        "only_owner": active[0] if len(active) == 1 else None,
        "without_factor": [row for row in members if row.user.second_factor_at is None],
        "invite": form or OrganizationInviteForm(teams=teams),
        "link": link,
        "invitations": invitations_to_show(seat.organization) if seat.owns else [],
        "form": Named(initial={"name": seat.organization.name}),
        "roles": OrganizationRole.choices,
        "role_words": [(role.label, ORGANIZATION_SENTENCES[role]) for role in OrganizationRole],
    }
    return render(request, "workspaces/organization.html", context)


@require_POST
def organization_rename(request: HttpRequest, organization: str) -> HttpResponse:
    """Rename the organization."""
    seat = organization_seat(request, organization=organization, owner=True)
    form = Named(request.POST)
    if form.is_valid():
        places.rename_organization(seat, name=form.cleaned_data["name"])
        messages.success(request, "The new name is saved.")
    else:
        why = " ".join(str(error) for error in form.errors.get("name", []))
        messages.error(request, f"The name was not changed. {why}")
    return redirect("workspaces:organization", organization)


@require_POST
@step_up
def organization_factor(request: HttpRequest, organization: str) -> HttpResponse:
    """Require a second factor of everybody in the organization, or no longer."""
    seat = organization_seat(request, organization=organization, owner=True)
    required = request.POST.get("act") == "require"
    try:
        places.set_factor_rule(seat, required=required)
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, FACTOR_SAVED[required].format(name=seat.organization.name))
    return redirect("workspaces:organization", organization)


@require_POST
@step_up
def organization_role(request: HttpRequest, organization: str, person: UUID) -> HttpResponse:
    """Make a member an owner of the organization, or an owner a plain member."""
    seat = organization_seat(request, organization=organization, owner=True)
    member = OrganizationMember.objects.filter(organization=seat.organization, user=person).first()
    form = OrganizationRoleForm(request.POST)
    if member is None or not form.is_valid():
        raise Http404
    try:
        participants.change_organization_role(
            seat, member=member, role=OrganizationRole(form.cleaned_data["role"])
        )
    except NotAllowed:
        raise PermissionDenied from None
    except Refusal as refusal:
        messages.error(request, refusal.words)
    return redirect("workspaces:organization", organization)


@require_http_methods(["GET", "HEAD", "POST"])
def organization_leave(request: HttpRequest, organization: str) -> HttpResponse:
    """Ask for a confirmation, then leave the organization and all of its workspaces."""
    seat = organization_seat(request, organization=organization)
    if request.method == "POST":
        try:
            organization_members.leave_organization(seat)
        except Refusal as refusal:
            messages.error(request, refusal.words)
            return redirect("workspaces:organization", organization)
        messages.success(request, f"You have left {seat.organization.name}.")
        return redirect("workspaces:organizations")
    return render(request, "workspaces/organization_leave.html", {"seat": seat})


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def member_remove(request: HttpRequest, organization: str, person: UUID) -> HttpResponse:
    """Ask for a confirmation, then remove a member from the organization and its workspaces."""
    seat = organization_seat(request, organization=organization, owner=True)
    rows = OrganizationMember.objects.select_related("user")
    row = rows.filter(organization=seat.organization, user=person).first()
    if row is None or row.user == seat.user:
        raise Http404
    if request.method == "POST":
        try:
            organization_members.remove_member(seat, person=row.user)
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            messages.error(request, refusal.words)
        else:
            messages.success(request, f"{row.user.name} is no longer in this organization.")
        return redirect("workspaces:organization", organization)
    return render(request, "workspaces/member_remove.html", {"seat": seat, "row": row})


def teams_to_show(seat: OrganizationSeat) -> list[Team]:
    """The teams of the organization, each with the number of its ``people``."""
    teams = Team.objects.filter(organization=seat.organization)
    return list(teams.annotate(people=Count("members")).order_by("name", "pk"))


def _members(organization: UUID) -> list[OrganizationMember]:
    """The members of an organization, owners first."""
    rows = OrganizationMember.objects.select_related("user").filter(organization=organization)
    order = OrganizationRole.values
    return sorted(rows.order_by("user__name", "pk"), key=lambda row: order.index(row.role))
