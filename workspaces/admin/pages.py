"""The pages of the admin audit beside its lists of rows: who adds one, who may open it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from workspaces.rights.access import has_right
from workspaces.rights.roles import InstanceCan


@dataclass(frozen=True)
class InstancePage:
    """``path`` and ``name`` are below /admin/ and ``admin:``; ``icon`` is a name of Lucide."""

    path: str
    name: str
    view: Callable[..., HttpResponse]
    label: str
    about: str
    icon: str
    can: InstanceCan


PAGES: list[InstancePage] = []


def add_page(page: InstancePage) -> None:
    """Once, when the application starts; later than that its address would not be known."""
    PAGES.append(page)


def pages_for(request: HttpRequest) -> list[InstancePage]:
    """Those that this person may open."""
    return [page for page in PAGES if has_right(request.user, page.can)]
