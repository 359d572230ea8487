"""The answer to those who only ask whether the web process lives."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that this process answers; it looks at nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
