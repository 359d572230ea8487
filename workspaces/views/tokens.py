"""API tokens: a person's own, and those of a workspace for its admins."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import database_now
from common.links import absolute
from workspaces.audit import Caller
from workspaces.models import ApiToken
from workspaces.models.api_token import TokenEnd
from workspaces.rights.access import person_of, workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up
from workspaces.tokens.form import TokenForm
from workspaces.tokens.life import (
    end_token,
    end_token_here,
    longest_days,
    make_token,
    tokens_of_workspace,
    tokens_shown,
)
from workspaces.tokens.listing import token_lines


@require_safe
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The person's own tokens, also those that ended lately."""
    now = database_now()
    lines = token_lines(tokens_shown(now).filter(person=person_of(request)), now)
    return render(request, "workspaces/tokens/own.html", {"tokens": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def token_add(request: HttpRequest) -> HttpResponse:
    """Make a token. Its text is on the answer to the form, and nowhere else."""
    person = person_of(request)
    form = TokenForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = make_token(person, form.draft(), caller=Caller.of(request))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            context = {"made": made, "check_url": absolute("/api/v1/workspaces")}
            return render(request, "workspaces/tokens/made.html", context)
    context = {"form": form, "longest": longest_days()}
    return render(request, "workspaces/tokens/add.html", context)


@require_POST
def token_revoke(request: HttpRequest, api_token: UUID) -> HttpResponse:
    """Revoke one of the person's own tokens."""
    person = person_of(request)
    row = ApiToken.objects.filter(pk=api_token, person=person).first()
    if row is None:
        raise Http404
    if end_token(row, TokenEnd.PERSON, actor=person, caller=Caller.of(request)):
        messages.success(request, f"{row.name} is revoked: it opens nothing any more.")
    return redirect("workspaces:tokens")


@require_safe
@workspace_view(Can.ALL_TOKENS)
def workspace_tokens(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everybody's tokens for this workspace."""
    now = database_now()
    context = {
        "seat": seat,
        "tab": "people",
        "tokens": token_lines(tokens_of_workspace(seat, now), now),
    }
    return render(request, "workspaces/tokens/of_workspace.html", context)


@require_POST
@workspace_view(Can.ALL_TOKENS)
def workspace_token_revoke(request: HttpRequest, seat: Seat, api_token: UUID) -> HttpResponse:
    """End a token of anybody for this workspace."""
    row = tokens_of_workspace(seat, database_now()).get(pk=api_token)
    if end_token_here(row, seat):
        messages.success(request, f"{row.name} of {row.person} opens nothing here any more.")
    place = seat.workspace
    home = place.organization
    if home is None:
        return redirect("workspaces:tokens")
    return redirect("workspaces:workspace_tokens", home.slug, place.slug)
