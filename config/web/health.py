"""Health checks for monitoring: of the web process, and of the checker."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from credentials_app.monitoring import heartbeat

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 whenever this process answers; it checks nothing else."""
    return HttpResponse("ok\n", content_type=PLAIN)


@login_not_required
@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """200 if the checker runs; 503 if it has stopped or its state is unknown."""
    try:
        health = heartbeat.health()
    except DatabaseError:
        return _unavailable("The database cannot be asked.")
    if health.stopped_since is not None:
        return _unavailable("The checker has stopped.")
    if not health.is_watched:
        return _unavailable("Nobody has looked at the checker lately.")
    return HttpResponse("ok\n", content_type=PLAIN)


def _unavailable(sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", content_type=PLAIN, status=503)


HEALTH_CHECKS = {"/healthz": healthz, "/healthz/checker": checker}
