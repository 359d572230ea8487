"""The theme that a browser shows: that of its system, light, or dark. A cookie keeps the choice."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from common.links import referring_page
from config import VERSION

COOKIE = "theme"
SYSTEM = "system"
THEMES: dict[str, tuple[str | Promise, str]] = {
    SYSTEM: (_("System"), "monitor"),
    "light": (_("Light"), "sun"),
    "dark": (_("Dark"), "moon"),
}
"""The word and the icon of each."""
COLOR_SCHEMES = {SYSTEM: "light dark", "light": "light", "dark": "dark"}
"""Values of the CSS property ``color-scheme``."""
A_YEAR_S = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The chosen theme; that of the system if none or an unknown one is chosen."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else SYSTEM


def in_templates(request: HttpRequest) -> dict[str, object]:
    """A context processor: ``theme``, ``themes``, ``color_scheme``, and the ``version`` of ours."""
    theme = theme_of(request)
    scheme = COLOR_SCHEMES[theme]
    return {"theme": theme, "themes": THEMES, "color_scheme": scheme, "version": VERSION}


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the choice, and go back to the page that it was made on."""
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest()
    answer = HttpResponseRedirect(referring_page(request))
    answer.set_cookie(
        COOKIE,
        theme,
        max_age=A_YEAR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
