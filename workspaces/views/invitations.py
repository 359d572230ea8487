"""Invitations: send one, withdraw one, and accept one on the page of its link."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from common.throttle import allow, network_of
from workspaces.audit import Caller
from workspaces.forms import InviteForm, NewPerson
from workspaces.mails.status import has_mail_server
from workspaces.members import invitations
from workspaces.models import Invitation, TeamRole, User
from workspaces.models.roles import OrganizationRole, Role
from workspaces.openid.providers import providers
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import InvitationGone, NotAllowed, Refusal
from workspaces.rights.roles import ORGANIZATION_SENTENCES, ROLE_SENTENCES, Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.adapter import sign_in_person
from workspaces.sign_in.step_up import step_up_when
from workspaces.views.members import people_page, to_people

MAX_REQUESTS, WINDOW = 30, timedelta(minutes=5)


def _gives_power(request: HttpRequest) -> bool:
    return request.POST.get("role") in {Role.OWNER, Role.ADMIN}


@require_http_methods(["GET", "HEAD", "POST"])
@step_up_when(_gives_power)
@workspace_view(Can.INVITE)
def invite(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Send an invitation. Without a mail server the answer shows its link, this once.

    A browser that opens the address of the answer again, as after a choice of the theme, gets the
    page with the form.
    """
    if request.method != "POST":
        return to_people(seat)
    form = InviteForm(request.POST, giver=seat.role)
    if form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        try:
            if not has_mail_server():
                link = invitations.invite_by_link(seat, email=email, role=role)
                return people_page(request, seat, InviteForm(giver=seat.role), link=link)
            invitations.invite(seat, email=email, role=role)
        except NotAllowed:
            raise PermissionDenied from None
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"An invitation is on its way to {email}.")
            return to_people(seat)
    return people_page(request, seat, form)


@require_POST
@workspace_view(Can.INVITE)
def invitation_withdraw(request: HttpRequest, seat: Seat, invitation: UUID) -> HttpResponse:
    row = Invitation.objects.filter(workspace=seat.workspace).get(pk=invitation)
    try:
        invitations.withdraw(seat, invitation=row)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, f"The invitation to {row.email} is withdrawn.")
    return to_people(seat)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the invitation. A POST accepts it, and creates an account if there is none."""
    if not allow(f"invitation:{network_of(Caller.of(request).address)}", MAX_REQUESTS, WINDOW):
        return render(request, "workspaces/invitation_gone.html", {"often": True}, status=429)
    try:
        found = invitations.find_invitation(token)
        if isinstance(request.user, User):
            return _for_signed_in(request, request.user, found, token)
        return _for_signed_out(request, found, token)
    except InvitationGone:
        return render(request, "workspaces/invitation_gone.html", status=404)


def _for_signed_in(
    request: HttpRequest, person: User, found: Invitation, token: str
) -> HttpResponse:
    refused = ""
    if request.method == "POST":
        try:
            invitations.accept(token, user=person, caller=Caller.of(request))
        except InvitationGone:
            raise
        except Refusal as refusal:
            refused = refusal.words
        else:
            messages.success(request, f"Welcome to {found.label}.")
            return redirect(page_after(found))
    context = {"invitation": found, **_given(found), "refused": refused}
    status = 403 if refused else 200
    return render(request, "workspaces/invitation.html", context, status=status)


def _for_signed_out(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """A person with an account signs in first; a new one gets an account with a proven address."""
    account = User.objects.filter(email__iexact=found.email).first()
    known = account is not None
    form = NewPerson(request.POST or None, address=found.email)
    if request.method == "POST" and not known and form.is_valid():
        try:
            person = invitations.accept_as_newcomer(
                token, **form.cleaned_data, caller=Caller.of(request)
            )
        except InvitationGone:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            sign_in_person(request, person)
            return redirect(page_after(found))
    context = {"invitation": found, **_given(found), "form": form, "known": account}
    context |= {"providers": providers(), "token": token}
    return render(request, "workspaces/invitation.html", context)


def page_after(found: Invitation) -> str:
    """The page that an accepted invitation leads to."""
    if found.workspace is not None:
        return credentials_url(found.workspace, "overview")
    slug = found.organization.slug if found.organization else ""
    return reverse("workspaces:organization", args=[slug])


def _given(found: Invitation) -> dict[str, Any]:
    """What the invitation gives: the role, what it may do, and the teams with their roles."""
    if found.workspace is not None:
        may = ROLE_SENTENCES[Role(found.role)]
    else:
        may = ORGANIZATION_SENTENCES[OrganizationRole(found.role)]
    living = TeamRole.objects.filter(workspace__deleted_at=None).select_related("workspace")
    teams = found.teams.prefetch_related(
        Prefetch("roles", living.order_by("workspace__name"), to_attr="living_roles")
    )
    return {"role": found.get_role_display(), "may": may, "teams": list(teams)}
