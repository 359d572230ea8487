"""The pages of the admin audit that are not lists of rows, and the right that each needs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from workspaces.rights.access import has_right
from workspaces.rights.roles import InstanceCan


@dataclass(frozen=True)
class InstancePage:
    """A page at /admin/``path``, with the URL name ``admin:name``; ``icon`` is a Lucide name.

    A page without a label belongs to another one, and the start page does not link to it.
    ``comes_first``: above the others on the start page.
    """

    path: str
    name: str
    view: Callable[..., HttpResponse]
    can: InstanceCan
    label: str = ""
    about: str = ""
    icon: str = ""
    comes_first: bool = False


PAGES: list[InstancePage] = []


def add_page(page: InstancePage) -> None:
    """Add a page. Call it when the application starts, before the URLs are built."""
    PAGES.append(page)


def pages_for(request: HttpRequest) -> list[InstancePage]:
    """The pages that this person may open, those with a label."""
    found = [page for page in PAGES if page.label and has_right(request.user, page.can)]
    return sorted(found, key=lambda page: not page.comes_first)
