"""The pages of the admin audit beside its lists of rows: who adds one, who may open it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from workspaces.models import User
from workspaces.roles import InstanceCan, allows_on_instance


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
    return [page for page in PAGES if _may(request, page.can)]


def person_with(request: HttpRequest, can: InstanceCan) -> User:
    """The person who asks, when they have this right. Raises PermissionDenied."""
    if not _may(request, can):
        raise PermissionDenied
    assert isinstance(request.user, User)  # noqa: S101  # nobody else has rights
    return request.user


def _may(request: HttpRequest, can: InstanceCan) -> bool:
    person = request.user
    return (
        isinstance(person, User)
        and person.is_active
        and allows_on_instance(is_staff=person.is_staff, is_auditor=person.is_auditor, can=can)
    )
