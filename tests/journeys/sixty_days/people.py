"""The readers: their workspaces, roles, time zones and notice settings."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import timezone

from credentials_app.models import Audience, Delivery
from credentials_app.notices.preferences import set_preference
from tests import cast
from workspaces.models import Organization, User, Workspace
from workspaces.models.roles import Role

WEB, OPS, DATA = "acme/web", "acme/ops", "beta/data"
BERLIN, LOS_ANGELES = "Europe/Berlin", "America/Los_Angeles"
AUCKLAND, KOLKATA = "Pacific/Auckland", "Asia/Kolkata"


@dataclass
class Reader:
    """``roles`` by workspace; ``wants``: delivery and audience by workspace, if not the default."""

    name: str
    zone_name: str
    roles: dict[str, str] = field(default_factory=dict)
    wants: dict[str, tuple[str, str]] = field(default_factory=dict)
    administrator: bool = False
    auditor: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)


def everybody_there() -> dict[str, Reader]:
    """New readers for each run, because a run changes them; each has a personal workspace, too."""
    everybody = [
        Reader("olga", BERLIN, {WEB: "owner", OPS: "owner"}),
        Reader("adam", LOS_ANGELES, {WEB: "admin"}),
        Reader("mara", KOLKATA, {WEB: "maintainer"}),
        Reader("ulf", AUCKLAND, {WEB: "user"}, {WEB: ("expiry", "")}),
        Reader("vera", BERLIN, {WEB: "viewer"}, {WEB: ("at_once", "all")}),
        Reader("hugo", BERLIN, {WEB: "user", OPS: "user"}),
        Reader("dora", AUCKLAND, {OPS: "admin"}, {OPS: ("daily", "")}),
        Reader("bert", LOS_ANGELES, {DATA: "owner"}),
        Reader("leon", BERLIN, {DATA: "maintainer"}),
        Reader("nils", KOLKATA, {DATA: "user"}, {DATA: ("nothing", "")}),
        Reader("kiri", AUCKLAND, {}),
        Reader("asha", KOLKATA, {}),
        Reader("ada", LOS_ANGELES, administrator=True),
        Reader("audrey", BERLIN, auditor=True),
        Reader("mallory", BERLIN),
    ]
    for reader in everybody:
        reader.roles[reader.name] = "owner"
    return {reader.name: reader for reader in everybody}


def settle(everybody: dict[str, Reader]) -> dict[str, Workspace]:
    """Add all people to the database; returns their workspaces by name."""
    users = {name: _person(reader) for name, reader in everybody.items()}
    acme = cast.organization("acme", owner=users["olga"])
    beta = cast.organization("beta", owner=users["bert"])
    places = {
        WEB: cast.workspace("web", organization=acme),
        OPS: cast.workspace("ops", organization=acme),
        DATA: cast.workspace("data", organization=beta),
    }
    for name, reader in everybody.items():
        for place, role in reader.roles.items():
            if place in places and role != "owner":
                cast.participant(places[place], users[name], Role(role))
        for place, (pace, reach) in reader.wants.items():
            set_preference(
                users[name],
                places[place],
                pace=Delivery(pace),
                reach=Audience(reach),
                now=timezone.now(),
                caller=cast.CALLER,
            )
    places |= {name: user.personal_workspace for name, user in users.items()}
    assert Organization.objects.count() == 2
    return places


def _person(reader: Reader) -> User:
    made = cast.person(reader.email, administrator=reader.administrator, auditor=reader.auditor)
    made.time_zone = reader.zone_name
    made.save(update_fields=["time_zone"])
    return made
