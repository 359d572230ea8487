"""The answers to those who ask whether Lockkeeper lives: its web process, and its checker."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from credentials_app.monitoring import heartbeat

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that this process answers; it looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """Says whether credentials are being checked; 503 when they are not, or nobody knows."""
    try:
        found = heartbeat.health()
    except DatabaseError:
        return _trouble("The database cannot be asked.")
    if found.stopped_since is not None:
        return _trouble("The checker has stopped.")
    if not found.is_watched:
        return _trouble("Nobody has looked at the checker lately.")
    return HttpResponse("ok\n", content_type=PLAIN)


def _trouble(sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", content_type=PLAIN, status=503)


QUESTIONS = {"/healthz": healthz, "/healthz/checker": checker}
