"""The page of an unsubscribe link; whoever has the link may press its button."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from credentials_app.notices.unsubscribe import unsubscribe as stop
from workspaces.audit import Caller


@csrf_exempt  # a mail program has no cookie of ours, and the link is the proof: RFC 8058, 3.2
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the button, a POST stops the mails. The answer never says if there were any."""
    if request.method == "POST":
        stop(token, now=timezone.now(), caller=Caller.of(request))
    return render(
        request, "credentials_app/notices/unsubscribe.html", {"done": request.method == "POST"}
    )
