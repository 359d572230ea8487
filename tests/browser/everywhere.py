"""Every page of the product: the rows behind it, and who opens which route (rules/pages.toml)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.samples.rows import store_rows
from credentials_app.services.server_rules import set_rule
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces import world as matrix_world
from tests.workspaces.matrix import Row, own_path
from tests.workspaces.matrix import rows as rows_of_matrix
from tests.workspaces.routes import routes
from tests.workspaces.world import World
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.sample_places import add_place

FILE = Path(__file__).parent.parent / "rules" / "pages.toml"
PERSONS = ("org_owner", "viewer", "administrator", "outsider", "anonymous")
LONG_NAME = "w" * 60 + "-" + "deploy" * 6
LONG_HOST = "registry." + "a-rather-long-part." * 4 + "example.org"
ROUTES = {route.name: route for route in routes()}


@dataclass(frozen=True)
class Visit:
    """One page as one person."""

    person: str
    route: str
    row: Row

    def path(self, world: World) -> str:
        return own_path(ROUTES[self.route], self.row, world, self.person)


def table() -> list[dict[str, Any]]:
    """The rows of the file."""
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text())["route"]
    return found


def entry_of(route: str) -> dict[str, Any]:
    """The row of this route: its own, or the last with a star that fits; without one, empty."""
    fits = [each for each in table() if fnmatchcase(route, each["name"])]
    exact = [each for each in fits if each["name"] == route]
    return (exact or fits or [{}])[-1]


def pages() -> list[Row]:
    """Every route that shows a page to one of these persons."""
    return [
        row
        for row in rows_of_matrix()
        if row.method == "GET" and any(row.status_for(person) == 200 for person in PERSONS)
    ]


def visits(person: str) -> Iterator[Visit]:
    """What is opened as this person."""
    for row in pages():
        entry = entry_of(row.name)
        if "not" in entry or person not in entry.get("as", PERSONS):
            continue
        if row.status_for(person) == 200:
            yield Visit(person, row.name, row)


def build() -> World:
    """The world of the matrix, with something of everything in its workspace, and a sample."""
    world = matrix_world.build()
    seat = cast.seat(world.here.place)
    fill(seat)
    home = world.here.place.organization
    assert home
    owner = OrganizationSeat(seat.user, home, OrganizationRole.OWNER, cast.CALLER)
    sample = add_place(owner, name="Shop", slug="shop")
    cast.participant(sample, cast.person("viewer@example.org"), Role.VIEWER)
    store_rows(sample, [seat.user, cast.person("owner@example.org")], now=timezone.now())
    return world


def fill(seat: Seat) -> None:
    """Long names and hosts, a row that is bad, one that waits, more rows than a page has."""
    server = Origin.parse(f"https://{LONG_HOST}")
    known: dict[str, Any] = {"by": seat, "owner": seat.user}
    known["repository"] = "group/" + "sub-group/" * 20 + "app"
    rights = {"needed": ("write_registry",), "held": (), "missing": ("write_registry",)}
    row = scenes.stored("bad", server=server, username="robot-of-many-words" * 8, **known)
    scenes.checked(row, scenes.verdict(Outcome.MISSING_SCOPE, provider="ghcr", **rights))
    scenes.checked(scenes.stored(LONG_NAME, **known), Outcome.VALID)
    scenes.checked(scenes.stored("old", **known), Outcome.EXPIRED)
    scenes.stored("waits", **known)
    end = timezone.now() - timedelta(days=3)
    Credential.objects.filter(name="bad").update(expires_at=end, expires_source="provider")
    for number in range(30):
        scenes.stored(f"row-{number}", by=seat)
    Credential.objects.filter(name__startswith="row").update(status=Status.VALID, asked_at=None)
    set_rule(seat, server, allow_http=False, ca_pem="")
    for person in ("bobby", "e" * 60):
        who = cast.person(f"{person}@{'long-domain-name.' * 3}example.org", name=person.title())
        cast.participant(seat.workspace, who)
