"""Pages about providers, for everybody signed in. On its own: they belong to no workspace."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from credentials_app.presentation.provider_help import provider_help
from registry.providers import PROVIDERS, by_slug


@require_safe
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What to store for a provider, and what its refusals mean."""
    try:
        provider = by_slug(slug)
    except KeyError:
        raise Http404 from None
    values = {"help": provider_help(provider)}
    return render(request, "credentials_app/help/provider.html", values)


@require_safe
def about_all(request: HttpRequest) -> HttpResponse:
    """All providers."""
    return render(request, "credentials_app/help/providers.html", {"providers": PROVIDERS})
