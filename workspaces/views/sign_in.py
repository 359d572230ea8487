"""Pages of allauth that our sign-in adds something to: sign-in, sign-out, password and address."""

from allauth.account import views as pages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from workspaces.openid.providers import providers
from workspaces.sign_in.provider_session import sign_out_there
from workspaces.sign_in.step_up import step_up, step_up_when


@login_not_required
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Password, passkey, or one of the identity providers."""
    answer: HttpResponse = pages.LoginView.as_view(extra_context={"providers": providers()})(
        request
    )
    return answer


@login_not_required
def sign_out_page(request: HttpRequest) -> HttpResponse:
    """Sign out here, then at the provider that signed the person in, where it offers that."""
    there = sign_out_there(request) if request.method == "POST" else None
    answer: HttpResponse = pages.logout(request)
    if there is None:
        return answer
    provider, url = there
    gone = render(request, "workspaces/openid/signed_out.html", {"provider": provider, "url": url})
    gone["Refresh"] = f"0;url={url}"
    return gone


# allauth asks nobody who has neither password nor factor to confirm; we do.
set_password = step_up(pages.password_set)
addresses = step_up_when(lambda request: request.method == "POST")(pages.email)
