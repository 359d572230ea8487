"""Template tags for the workspace switcher, and for URLs and rights in a workspace."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import template
from django.http import HttpRequest

from workspaces.models import User, Workspace
from workspaces.places import credentials_url
from workspaces.rights import access
from workspaces.rights.roles import OPEN_IN_ARCHIVES, Can, allows
from workspaces.rights.seat import Seat

register = template.Library()


@dataclass(frozen=True)
class Group:
    """The workspaces of one organization, or the personal one."""

    label: str
    places: tuple[Workspace, ...]


@register.simple_tag(takes_context=True)
def open_places(context: dict[str, Any]) -> list[Group]:
    """The workspaces of the signed-in person, grouped, the personal one first."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not isinstance(request.user, User):
        return []
    grouped = groupby(access.open_places(request), key=_label)
    return [Group(label, tuple(places)) for label, places in grouped]


@register.simple_tag
def place_url(workspace: Workspace, view: str, **kwargs: Any) -> str:
    """The URL of a credentials page of this workspace."""
    return credentials_url(workspace, view, **kwargs)


@register.simple_tag
def may(seat: Seat, right: str) -> bool:
    """True if the role of this seat has the right of that name, and no archive closes it."""
    is_closed = bool(seat.workspace.archived_at) and Can[right] not in OPEN_IN_ARCHIVES
    return allows(seat.role, Can[right]) and not is_closed


@register.filter
def place_icon(workspace: Workspace) -> str:
    """The icon of a workspace: a person for the personal one, layers for the others."""
    return "user-round" if workspace.is_personal else "layers"


def _label(workspace: Workspace) -> str:
    return workspace.organization.name if workspace.organization else "You"
