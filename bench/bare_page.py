"""A bare Django page of 25 rows: one query and one plain template."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from credentials_app.models import Credential

ROWS = 25
PAGE = Template(
    "<!doctype html><html lang='en'><title>Rows</title><table>"
    "{% for row in rows %}<tr><th>{{ row.name }}</th><td>{{ row.status }}</td>"
    "<td>{{ row.server }}</td><td>{{ row.username }}</td><td>{{ row.last_checked_at }}</td></tr>"
    "{% endfor %}</table></html>"
)
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""The middleware of a new Django project."""


def bare(request: HttpRequest) -> HttpResponse:
    """A page of 25 rows for a signed-in person."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    rows = Credential.objects.order_by("pk").defer("sealed", "notes", "verdict")[:ROWS]
    return HttpResponse(PAGE.render(Context({"rows": rows})))


urlpatterns = [path("bare/", bare)]
