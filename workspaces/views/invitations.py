"""Invitations: sending and withdrawing one, and the page behind its link."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from common.throttle import allow
from workspaces.audit import Caller
from workspaces.forms import InviteForm, NewPerson
from workspaces.members import invitations
from workspaces.models import Invitation, User
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.access import seat_for
from workspaces.rights.refusals import InvitationGone, NotAllowed, Refused
from workspaces.rights.roles import Can
from workspaces.sign_in.adapter import sign_in_person
from workspaces.views.members import people_page

LOOKS, WINDOW = 30, timedelta(minutes=5)


@require_POST
def invite(request: HttpRequest, organization: str, workspace: str) -> HttpResponse:
    """Send an invitation."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.INVITE)
    form = InviteForm(request.POST, giver=seat.role)
    if form.is_valid():
        said = form.cleaned_data
        try:
            invitations.invite(seat, email=said["email"], role=Role(said["role"]))
        except NotAllowed:
            raise PermissionDenied from None
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"An invitation is on its way to {said['email']}.")
            return redirect("workspaces:people", organization, workspace)
    return people_page(request, seat, form)


@require_POST
def invitation_withdraw(
    request: HttpRequest, organization: str, workspace: str, invitation: UUID
) -> HttpResponse:
    """Take an invitation back."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.INVITE)
    row = Invitation.objects.filter(pk=invitation, workspace=seat.workspace).first()
    if row is None:
        raise Http404
    try:
        invitations.withdraw(seat, invitation=row)
    except NotAllowed:
        raise PermissionDenied from None
    messages.success(request, f"The invitation to {row.email} is withdrawn.")
    return redirect("workspaces:people", organization, workspace)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; a POST accepts it, with a new account where there is none yet."""
    if not allow(f"invitation:{Caller.of(request).address}", LOOKS, WINDOW):
        return render(request, "workspaces/invitation_gone.html", {"often": True}, status=429)
    try:
        found = invitations.find_invitation(token)
        if isinstance(request.user, User):
            return _for_signed_in(request, found, token)
        return _for_stranger(request, found, token)
    except InvitationGone:
        return render(request, "workspaces/invitation_gone.html", status=404)


def _for_signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)  # noqa: S101  # for the type checker
    refused = ""
    if request.method == "POST":
        try:
            invitations.accept(token, user=person, caller=Caller.of(request))
        except InvitationGone:
            raise
        except Refused as refusal:
            refused = refusal.words
        else:
            messages.success(request, f"Welcome to {found.workspace.label}.")
            return redirect(credentials_url(found.workspace, "list"))
    context = {"invitation": found, "role": Role(found.role).label, "refused": refused}
    status = 403 if refused else 200
    return render(request, "workspaces/invitation.html", context, status=status)


def _for_stranger(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Somebody with an account signs in first; a newcomer gets one, its address proven."""
    known = User.objects.filter(email__iexact=found.email).exists()
    form = NewPerson(request.POST or None, address=found.email)
    if request.method == "POST" and not known and form.is_valid():
        try:
            person = invitations.accept_as_newcomer(
                token, **form.cleaned_data, caller=Caller.of(request)
            )
        except InvitationGone:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            sign_in_person(request, person)
            return redirect(credentials_url(found.workspace, "list"))
    context = {"invitation": found, "role": Role(found.role).label, "form": form, "known": known}
    return render(request, "workspaces/invitation.html", context)
