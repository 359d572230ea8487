"""Sign-in by identity providers: send the browser there, and act on the answer that it brings."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from common.throttle import allow, network_of
from workspaces.audit import Caller
from workspaces.members import invitations
from workspaces.models import LinkedAccount, User
from workspaces.openid import attempts, linked_accounts, openid_connect, providers
from workspaces.openid.failures import TOO_OFTEN, SignInEnded
from workspaces.openid.providers import IdentityProvider
from workspaces.rights.access import person_of
from workspaces.rights.refusals import InvitationGone, Refusal
from workspaces.sign_in.step_up import step_up
from workspaces.views.factors import end_other_sessions
from workspaces.views.invitations import MAX_REQUESTS, WINDOW

log = logging.getLogger(__name__)


def ended_page(
    request: HttpRequest, provider: IdentityProvider, ended: SignInEnded
) -> HttpResponse:
    """The page of a sign-in that ended, and a line in the log without anything secret."""
    ending = ended.ending
    level = logging.WARNING if ending.status >= 500 else logging.INFO
    log.log(level, "Sign-in with %s ended. %s", provider.word, ended.reason)
    context = {
        "heading": ending.heading.format(name=provider.name),
        "happened": ending.happened.format(name=provider.name),
        "advice": ending.advice.format(name=provider.name),
    }
    return render(request, "workspaces/openid/ended.html", context, status=ending.status)


def provider_or_404(word: str) -> IdentityProvider:
    found = providers.provider(word)
    if found is None:
        raise Http404
    return found


@login_not_required
@require_POST
def openid_start(request: HttpRequest, identity: str) -> HttpResponse:
    """Send the browser to the provider to sign in."""
    provider = provider_or_404(identity)
    if isinstance(request.user, User):
        return redirect("workspaces:home")
    return _send(request, provider, attempts.SIGN_IN)


@login_not_required
@require_POST
def openid_join(request: HttpRequest, token: str, identity: str) -> HttpResponse:
    """Send the browser to the provider to make an account by an invitation."""
    provider = provider_or_404(identity)
    if isinstance(request.user, User):
        return redirect("workspaces:invitation", token)
    try:
        invitations.find_invitation(token)
    except InvitationGone:
        return render(request, "workspaces/invitation_gone.html", status=404)
    return _send(request, provider, attempts.JOIN, invitation=token)


@require_POST
@step_up
def openid_link(request: HttpRequest, identity: str) -> HttpResponse:
    """Send the browser to the provider to link an account there."""
    person_of(request)
    return _send(request, provider_or_404(identity), attempts.LINK)


@require_POST
def openid_prove(request: HttpRequest, identity: str) -> HttpResponse:
    """Send the browser to the provider to prove once more who the person is."""
    person, provider = person_of(request), provider_or_404(identity)
    if provider not in linked_accounts.linked_providers(person) or not provider.tells_time:
        raise Http404
    return _send(request, provider, attempts.PROVE)


@require_safe
def openid_proof(request: HttpRequest) -> HttpResponse:
    """The linked accounts that can prove who the person is. If none can, the other ways do; who has
    no other way reads what to do."""
    person = person_of(request)
    linked = linked_accounts.linked_providers(person)
    telling = [each for each in linked if each.tells_time]
    next_page = _own_page(request, request.GET.get("next", ""))
    others = f"{reverse('account_reauthenticate')}?{urlencode({'next': next_page})}"
    has_others = person.has_usable_password() or person.second_factor_at is not None
    if has_others and not telling:
        return redirect(others)
    context = {
        "telling": telling,
        "silent": [each.name for each in linked if not each.tells_time],
        "next": next_page,
        "others": others if has_others else "",
    }
    return render(request, "workspaces/openid/proof.html", context)


@require_POST
@step_up
def openid_unlink(request: HttpRequest, link: UUID) -> HttpResponse:
    """Remove a linked account, unless the person could not sign in any more."""
    person = person_of(request)
    try:
        name = linked_accounts.remove_link(person, link, caller=Caller.of(request))
    except LinkedAccount.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        end_other_sessions(request, person)
        messages.success(request, f"The link with {name} is removed.")
    return redirect("workspaces:account")


def _send(
    request: HttpRequest, provider: IdentityProvider, purpose: str, *, invitation: str = ""
) -> HttpResponse:
    """A page that goes on to the provider. Not a redirect: the content policy lets our forms lead
    to no other host, and a provider may lead to further ones."""
    page = _own_page(request, request.POST.get("next", ""))
    try:
        if not allow(f"openid:{network_of(Caller.of(request).address)}", MAX_REQUESTS, WINDOW):
            raise SignInEnded(TOO_OFTEN, "too many sign-ins from one network")
        attempt = attempts.begin_attempt(
            request, provider, purpose, next_page=page, invitation=invitation
        )
        url = openid_connect.question_of(provider, attempt)
    except SignInEnded as ended:
        return ended_page(request, provider, ended)
    context = {"provider": provider, "url": url}
    answer = render(request, "workspaces/openid/go_on.html", context)
    answer["Refresh"] = f"0;url={url}"
    return answer


def _own_page(request: HttpRequest, page: str) -> str:
    """The page, if it is one of ours; else empty."""
    is_ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else ""
