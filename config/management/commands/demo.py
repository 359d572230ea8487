"""``manage.py demo``: a throw-away Lockkeeper with people, organizations and samples."""

import os
import secrets
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import transaction

from common.clock import database_now
from common.links import absolute
from config.management.commands import up
from config.runtime.data_folder import DataFolder
from config.runtime.startup import stop
from credentials_app.samples.catalog import SAMPLES, Sample
from credentials_app.samples.rows import store_rows
from workspaces import places
from workspaces.audit import Caller
from workspaces.members import people
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat
from workspaces.sample_places import add_place

CALLER = Caller("command")
PEOPLE = {
    "owner": "Olga Lind",
    "maintainer": "Milan Weber",
    "viewer": "Vera Costa",
    "administrator": "Ada Brandt",
}
ROLES = {"owner": Role.OWNER, "maintainer": Role.MAINTAINER, "viewer": Role.VIEWER}
WORKSPACES: tuple[tuple[str, str, tuple[Sample, ...]], ...] = (
    ("acme", "Shop", SAMPLES),
    ("acme", "Tools", SAMPLES[1::2]),
    ("globex", "Website", SAMPLES[::3]),
)
NOT_EMPTY = (
    "the demo needs an empty database, and this one has people: name an empty folder in "
    "LOCKKEEPER_DATA, and leave DATABASE_URL out."
)
NOT_LOOPBACK = "the demo is for this machine alone: LOCKKEEPER_BIND must be 127.0.0.1 or ::1."


class Command(up.Command):
    """Fills an empty database, and runs it as ``up`` does. Everybody has the same password."""

    help = "Start a demo on this machine with made-up people and credentials, until Ctrl-C."
    password = ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse an address that others reach; then as ``up``."""
        if not _is_loopback(settings.LOCKKEEPER_BIND):
            stop(NOT_LOOPBACK, os.EX_CONFIG)
        super().handle(*args, **options)

    def fill(self) -> None:
        """Make the people, the organizations and the samples."""
        if any(model.objects.exists() for model in (User, Organization, Workspace)):
            stop(NOT_EMPTY, os.EX_CONFIG)
        self.password = secrets.token_urlsafe(12)
        with transaction.atomic():
            persons = {word: self._add(word, name) for word, name in PEOPLE.items()}
            _add_places(persons)

    def _add(self, word: str, name: str) -> User:
        return people.add_person(
            email=f"{word}@acme.example",
            name=name,
            password=self.password,
            caller=CALLER,
            administrator=word == "administrator",
        )

    def announcement(self, folder: DataFolder) -> Iterator[str]:
        """The accounts and their password, which is printed once and stored nowhere."""
        yield f"Sign in at {absolute('/account/login/')} as one of these, password {self.password}"
        yield from (f"  {word}@acme.example ({name})" for word, name in PEOPLE.items())
        yield "Everything in this demo is made up, and gone when it ends."
        yield from super().announcement(folder)


def _add_places(persons: dict[str, User]) -> None:
    """Two organizations of the owner, and their samples with all people in their roles."""
    seats: dict[str, OrganizationSeat] = {}
    owner, now = persons["owner"], database_now()
    for number, (slug, name, chosen) in enumerate(WORKSPACES):
        if slug not in seats:
            home = places.make_organization(owner, name=slug.title(), slug=slug, caller=CALLER)
            seats[slug] = OrganizationSeat(owner, home, OrganizationRole.OWNER, CALLER)
        place = add_place(seats[slug], name=name, slug=name.lower())
        for word in ("maintainer", "viewer"):
            _add_participant(place, seats[slug].organization, persons[word], ROLES[word])
        owners = [persons["owner"], persons["maintainer"]]
        store_rows(place, owners, now=now, seed=number, samples=chosen)


def _add_participant(place: Workspace, home: Organization, person: User, role: Role) -> None:
    Participant.objects.create(workspace=place, user=person, role=role)
    OrganizationMember.objects.get_or_create(
        organization=home, user=person, defaults={"role": OrganizationRole.MEMBER}
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
