"""Invitations to an organization and its teams: send one, and withdraw one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from workspaces.forms import OrganizationInviteForm
from workspaces.mails.status import has_mail_server
from workspaces.members import invitations
from workspaces.models import Invitation
from workspaces.models.roles import OrganizationRole
from workspaces.rights.access import organization_seat
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.sign_in.step_up import step_up_when
from workspaces.views.organizations import organization_page, teams_to_show


def _gives_power(request: HttpRequest) -> bool:
    """An owner owns all workspaces, and a team can hold any role."""
    return request.POST.get("role") == OrganizationRole.OWNER or "teams" in request.POST


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_when(_gives_power)
def organization_invite(request: HttpRequest, organization: str) -> HttpResponse:
    """Send an invitation. Without a mail server the answer shows its link, this once."""
    seat = organization_seat(request, organization=organization, owner=True)
    if request.method != "POST":
        return redirect("workspaces:organization", organization)
    form = OrganizationInviteForm(request.POST, teams=teams_to_show(seat))
    if form.is_valid():
        email, role = form.cleaned_data["email"], OrganizationRole(form.cleaned_data["role"])
        try:
            if not has_mail_server():
                link = invitations.invite_by_link(seat, email=email, role=role, teams=form.chosen)
                return organization_page(request, seat, link=link)
            invitations.invite(seat, email=email, role=role, teams=form.chosen)
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"An invitation is on its way to {email}.")
            return redirect("workspaces:organization", organization)
    return organization_page(request, seat, form)


@require_POST
def organization_invitation_withdraw(
    request: HttpRequest, organization: str, invitation: UUID
) -> HttpResponse:
    """Withdraw an open invitation; its link no longer works."""
    seat = organization_seat(request, organization=organization, owner=True)
    row = Invitation.objects.filter(organization=seat.organization, pk=invitation).first()
    if row is None:
        raise Http404
    try:
        invitations.withdraw(seat, invitation=row)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, f"The invitation to {row.email} is withdrawn.")
    return redirect("workspaces:organization", organization)
