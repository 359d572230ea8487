"""Every route of the product, read from the URL resolver, and its parameters."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.workspaces.world import Things, World, some_object
from workspaces.rights.access import ViewRights

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")
# Parameters that name something of a place: these have relations.
NAMES_A_THING = frozenset(
    {"organization", "workspace", "pk", "run", "person", "invitation", "team"}
)
# Parameters that name nothing of a place, and what stands for them.
PLAIN = {
    "app_label": "workspaces",
    "url": "nothing/here",
    "content_type_id": "1",
    "key": "made-up-key",
    "uidb36": "abc",
    "token": "made-up-token",
    "slug": "gitlab",
    "name": "docker-credential-lockkeeper",
    "session": "00000000-0000-0000-0000-000000000007",
    "passkey": "00000000-0000-0000-0000-000000000007",
    "link": "00000000-0000-0000-0000-000000000007",
    "identity": "hub",
    "api_token": "00000000-0000-0000-0000-000000000007",
}
IN_A_WORKSPACE = ("o/<slug:organization>/<slug:workspace>/", "me/")
OF_CREDENTIALS = {"trial": "trial", "rule_edit": "rule", "rule_delete": "rule"}
OF_CREDENTIALS |= {"many": "bulk", "many_leave": "bulk", "undo_many": "change"}
OF_CREDENTIALS |= {"restore": "binned", "delete_for_good": "binned"}
OF_CREDENTIALS |= {"place_restore": "deleted", "place_purge": "deleted"}
OF_CREDENTIALS |= dict.fromkeys(("view_edit", "view_update", "view_delete"), "view")


@dataclass(frozen=True)
class Route:
    """One route: its full name, its pattern and the names of its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    rights: ViewRights | None
    """The rights of its ``workspace_view``; None for a view that is none."""

    @property
    def is_of_a_workspace(self) -> bool:
        """Whether the address is below one of a workspace, or of one's own credentials."""
        return self.pattern.startswith(IN_A_WORKSPACE)

    @property
    def of_a_place(self) -> bool:
        """True if the URL names a workspace or something in one."""
        return bool(NAMES_A_THING & set(self.parameters)) and not self.name.startswith("admin:")


def routes() -> list[Route]:
    """All routes of pages; tests/api/test_matrix.py has those of the API."""
    found = _walk(get_resolver().url_patterns, "", ())
    return [route for route in found if not route.name.startswith("api:")]


def _walk(patterns: Any, before: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for entry in patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            space = (entry.namespace,) if entry.namespace else ()
            yield from _walk(entry.url_patterns, pattern, spaces + space)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or f"({pattern})"))
            found = tuple(one or two for one, two in PARAMETER.findall(pattern))
            yield Route(name, pattern, found, getattr(entry.callback, "rights", None))


def path_of(route: Route, values: dict[str, str]) -> str:
    """The path, the parameters filled in by hand: some names are in several namespaces."""
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda m: values[m[1]], route.pattern)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values[m[1]], path)
    return "/" + path.replace("^", "").replace("$", "")


def own(route: Route, world: World, actor: str) -> dict[str, str]:
    """Parameters that name what is the actor's to reach, if the role allows."""
    if route.name.startswith("my_credentials:"):
        return _filled(route, world.homes.get(actor, world.homes["owner"]))
    return _filled(route, world.here)


def strangers(route: Route, world: World) -> dict[str, str]:
    """Parameters that name another workspace, or another person's personal one."""
    if route.name.startswith("my_credentials:"):
        return _filled(route, world.here)
    return _filled(route, world.elsewhere)


def absent(route: Route) -> dict[str, str]:
    """Parameters of the right form that name nothing that exists."""
    missing = {name: str(uuid.UUID(int=7)) for name in NAMES_A_THING}
    return PLAIN | missing | {"organization": "nowhere", "workspace": "nothing"}


def _filled(route: Route, things: Things) -> dict[str, str]:
    place = things.place
    kind = OF_CREDENTIALS.get(route.name.partition(":")[2], "credential")
    pks = {"trial": things.trial, "rule": things.rule.pk, "credential": things.credential.pk}
    pk = {
        **pks,
        "bulk": things.bulk,
        "change": things.change,
        "view": things.view,
        "binned": things.binned,
        "deleted": things.deleted,
    }[kind]
    to_home = route.name == "workspaces:organization_invitation_withdraw"
    invitation = things.membership if to_home else things.invitation
    values = {
        "organization": place.organization.slug if place.organization else "",
        "workspace": place.slug,
        "pk": str(pk),
        "run": str(things.run.pk),
        "person": str(things.person.pk) if things.person else "",
        "invitation": str(invitation.pk) if invitation else "",
        "team": str(things.team),
    }
    if "object_id" in route.parameters:
        values["object_id"] = some_object(route.pattern.split("/")[2])
    return PLAIN | values
