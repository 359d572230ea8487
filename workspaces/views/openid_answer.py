"""What the answer of an identity provider does: sign in, join, link, or prove who somebody is."""

import time
from collections.abc import Callable

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from workspaces.audit import Caller
from workspaces.models import User
from workspaces.openid import attempts, linked_accounts, openid_connect
from workspaces.openid.attempts import PendingSignIn
from workspaces.openid.failures import NOT_FRESH, SOMEBODY_ELSE, SignInEnded
from workspaces.openid.id_token import LEEWAY_S
from workspaces.openid.identity import Identity
from workspaces.openid.providers import IdentityProvider
from workspaces.rights.access import person_of
from workspaces.rights.refusals import InvitationGone, Refusal
from workspaces.sign_in.adapter import sign_in_person
from workspaces.sign_in.known_browsers import FACTOR_BROUGHT
from workspaces.sign_in.provider_session import note_provider
from workspaces.sign_in.step_up import FRESH_S
from workspaces.views.factors import end_other_sessions
from workspaces.views.invitations import page_after
from workspaces.views.openid import ended_page, provider_or_404


@login_not_required
@require_GET
@never_cache
def openid_answer(request: HttpRequest, identity: str) -> HttpResponse:
    """The provider sends the browser here. Without a state of this browser nothing happens."""
    provider = provider_or_404(identity)
    answer = {name: str(value) for name, value in request.GET.items()}
    try:
        if "state" not in answer and "error" in answer:  # not as it should be, but it does nothing
            raise openid_connect.refused_by_provider("answer", answer["error"])
        attempt = attempts.take_attempt(request, provider, answer.get("state", ""))
        found = openid_connect.identify(provider, attempt, answer)
        return DEEDS[attempt.purpose](request, provider, attempt, found)
    except SignInEnded as ended:
        return ended_page(request, provider, ended)


def _sign_in(
    request: HttpRequest, provider: IdentityProvider, attempt: PendingSignIn, found: Identity
) -> HttpResponse:
    person = linked_accounts.person_of_identity(found)
    if person is None:
        person = linked_accounts.join_by_domain(provider, found, caller=Caller.of(request))
    return _enter(request, provider, person, found, attempt.next)


def _join(
    request: HttpRequest, provider: IdentityProvider, attempt: PendingSignIn, found: Identity
) -> HttpResponse:
    """Who has an account already signs in with it, and accepts on the invitation's page."""
    page = reverse("workspaces:invitation", args=[attempt.invitation])
    known = linked_accounts.person_of_identity(found)
    if known is not None:
        return _enter(request, provider, known, found, page)
    try:
        person, invitation = linked_accounts.join_by_invitation(
            provider, found, attempt.invitation, caller=Caller.of(request)
        )
    except InvitationGone:
        return render(request, "workspaces/invitation_gone.html", status=404)
    except Refusal as refusal:
        messages.error(request, refusal.words)
        return redirect(page)
    note_provider(request, person, provider, found)
    sign_in_person(request, person)
    return redirect(page_after(invitation))


def _link(
    request: HttpRequest, provider: IdentityProvider, attempt: PendingSignIn, found: Identity
) -> HttpResponse:
    person = person_of(request)
    try:
        linked_accounts.add_link(person, provider, found, caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        end_other_sessions(request, person)
        messages.success(request, f"{provider.name} is linked: from now on it signs you in.")
    return redirect("workspaces:account")


def _prove(
    request: HttpRequest, provider: IdentityProvider, attempt: PendingSignIn, found: Identity
) -> HttpResponse:
    """Count as a proof what the person proved at the provider since the question was sent."""
    person = person_of(request)
    if linked_accounts.person_of_identity(found) != person:
        raise SignInEnded(SOMEBODY_ELSE, "proof: another account than the linked one")
    if found.proven_at is None or found.proven_at < attempt.began_at - LEEWAY_S:
        raise SignInEnded(NOT_FRESH, "proof: auth_time is absent or from before the question")
    record_authentication(request, person, method="openid", reauthenticated=True)
    return redirect(attempt.next or "workspaces:home")


Deed = Callable[[HttpRequest, IdentityProvider, PendingSignIn, Identity], HttpResponse]
DEEDS: dict[str, Deed] = {
    attempts.SIGN_IN: _sign_in,
    attempts.JOIN: _join,
    attempts.LINK: _link,
    attempts.PROVE: _prove,
}


def _enter(
    request: HttpRequest, provider: IdentityProvider, person: User, found: Identity, page: str
) -> HttpResponse:
    """Sign the person in; our second factor comes on top unless the provider brings it.

    A fresh proof at the provider is one for what matters most; a session there alone is none.
    """
    if found.proven_at is not None and 0 <= time.time() - found.proven_at < FRESH_S:
        record_authentication(request, person, method="openid", at=float(found.proven_at))
    note_provider(request, person, provider, found)
    state = {FACTOR_BROUGHT: provider.brings_factor}
    answer: HttpResponse = perform_login(
        request, Login(user=person, redirect_url=page or None, state=state)
    )
    return answer
