"""The data of the matrix: all actors, and one of everything in each workspace."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.utils import timezone

from credentials_app import serialization
from credentials_app.models import (
    CheckRun,
    Credential,
    RegistryOrigin,
    ServerRule,
    StatusChange,
    Trial,
)
from credentials_app.notices import bulk_changes
from credentials_app.services import bulk_checks, saved_views, trials
from credentials_app.services.deletion import delete_credential
from credentials_app.services.place_deletion import delete_workspace
from tests import cast
from tests.credentials_app import scenes
from workspaces.members import invitations, participants
from workspaces.models import (
    Invitation,
    Organization,
    OrganizationMember,
    Team,
    TeamMember,
    TeamRole,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in.refused import count_refused

ACTORS = (
    "anonymous",
    "outsider",
    "viewer",
    "user",
    "maintainer",
    "admin",
    "owner",
    "org_owner",
    "ex_member",
    "suspended",
    "administrator",
    "auditor",
)


# When every credential was last saved: the rows of authz.toml that edit one name it as "seen".
LAST_SAVED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Things:
    """One of everything that a URL can name, in one workspace."""

    place: Workspace
    credential: Credential
    rule: ServerRule
    run: CheckRun
    trial: uuid.UUID
    bulk: uuid.UUID
    change: uuid.UUID
    view: uuid.UUID
    binned: uuid.UUID
    deleted: uuid.UUID
    team: uuid.UUID
    person: User | None = None
    invitation: Invitation | None = None
    membership: Invitation | None = None
    """An open invitation to the organization."""


@dataclass
class World:
    """The workspaces and the people of the matrix.

    Besides the actors two more can ask. ``sister``: an owner of another workspace of the same
    organization. ``team_member``: in no workspace, but in a team that is maintainer of the place.
    """

    people: dict[str, User | None]
    here: Things
    elsewhere: Things
    homes: dict[str, Things]
    sessions: dict[str, str] = field(default_factory=dict)

    def of_role(self, role: str) -> User:
        """A second person of this role, the target of actions."""
        return User.objects.get(email=f"other-{role}@example.org")


def build() -> World:
    """Make it all. Alice owns the organization; the actors have their roles by name."""
    RegistryOrigin.objects.get_or_create(origin="https://registry.example.org")
    place = cast.workspace()
    people: dict[str, User | None] = {"anonymous": None, "outsider": cast.mallory()}
    for role in Role:
        people[role.value] = cast.someone(place, role)
        cast.participant(place, cast.person(f"other-{role.value}@example.org"), role)
    people["org_owner"] = cast.alice()
    people["ex_member"] = cast.participant(place, cast.person("eve@example.org"), "maintainer")
    participants.remove(
        cast.seat(place, people["owner"]),
        participant=place.participants.get(user=cast.person("eve@example.org")),
    )
    people["suspended"] = cast.participant(place, cast.person("sus@example.org"), "admin")
    RegistryOrigin.objects.get_or_create(origin=str(scenes.REGISTRY))
    people["administrator"], people["auditor"] = cast.administrator(), cast.auditor()
    count_refused(people["viewer"], "192.0.2.7")
    oscar = cast.person("oscar@example.net")
    other = cast.workspace("ops", organization=cast.organization("other", owner=oscar))
    cast.participant(other, cast.person("olga@example.net"), "user")
    world = World(
        people=people,
        here=_things(place, people["owner"], cast.person("other-user@example.org")),
        elsewhere=_things(other, oscar, cast.person("olga@example.net")),
        homes={
            name: _things(cast.personal(person), person)
            for name, person in people.items()
            if person
        },
    )
    sister = cast.workspace("sister", organization=place.organization)
    people["sister"] = cast.participant(sister, cast.person("sister@example.org"), "owner")
    people["team_member"] = _member_of_maintainers(place)
    for name, person in people.items():
        if person:
            world.sessions[name] = _lasting_session(person)
    User.objects.filter(email="sus@example.org").update(is_active=False)
    Credential.objects.update(changed_at=LAST_SAVED)
    Trial.objects.update(started_at=timezone.now() + timedelta(hours=2))  # kept for long enough
    return world


def _lasting_session(person: User) -> str:
    """A session whose proof stays fresh for as long as the matrix may run."""
    session = cast.client_for(person).session
    session["account_authentication_methods"][0]["at"] += 3600
    session.save()
    return session.session_key or ""


def _things(place: Workspace, owner: User | None, person: User | None = None) -> Things:
    seat = cast.seat(place, owner)
    credential = scenes.stored(by=seat)
    run = CheckRun.objects.create(
        credential=credential,
        started_at=timezone.now(),
        took_ms=3,
        outcome="valid",
        verdict=serialization.dump_verdict(scenes.verdict()),
        evidence=serialization.dump_evidence(scenes.evidence()),
        secret_version=1,
    )
    StatusChange.objects.create(
        credential=credential,
        run=run,
        old="unverified",
        new="valid",
        at=run.started_at,
        why="valid",
    )
    rule = ServerRule.objects.create(
        workspace=place, origin="http://old.example.org", changed_at=timezone.now()
    )
    trial = trials.start_trial(seat, scenes.draft(name="tried"))
    invitation = None
    if person:
        invitation = invitations.invite(seat, email="new@example.org", role=Role.USER)
    binned = scenes.stored("gone", by=seat)
    delete_credential(seat, binned)
    bulk = bulk_checks.check_selection(seat, [credential.pk])
    rows = Credential.objects.filter(pk=credential.pk)
    change = bulk_changes.change_many(seat, rows, bulk_changes.Change("snooze", days=1))
    view = saved_views.add_view(seat, saved_views.ViewDraft("Broken", "q=x", is_shared=True))
    return Things(
        place,
        credential,
        rule,
        run,
        trial.pk,
        bulk.pk,
        change.pk,
        view.pk,
        binned.pk,
        _deleted_beside(place),
        _team_of(place, person),
        person,
        invitation,
        _invited_to(place.organization),
    )


def _invited_to(home: Organization | None) -> Invitation | None:
    if home is None:
        return None
    owner = OrganizationMember.objects.filter(organization=home, role="owner")[0].user
    seat = OrganizationSeat(owner, home, OrganizationRole.OWNER, cast.CALLER)
    return invitations.invite(seat, email="joins@example.org", role=OrganizationRole.MEMBER)


def _team_of(place: Workspace, person: User | None) -> uuid.UUID:
    """A team of the same organization, with a role in the workspace."""
    if place.organization is None or person is None:
        return uuid.UUID(int=7)
    team = Team.objects.create(organization=place.organization, name="Operations")
    TeamMember.objects.create(team=team, user=person)
    TeamRole.objects.create(team=team, workspace=place, role=Role.VIEWER)
    return team.pk


def _member_of_maintainers(place: Workspace) -> User:
    """Somebody who reaches the workspace by a team alone."""
    person = cast.person("team@example.org")
    OrganizationMember.objects.create(
        organization=place.organization, user=person, role=OrganizationRole.MEMBER
    )
    team = Team.objects.create(organization=place.organization, name="Maintainers")
    TeamMember.objects.create(team=team, user=person)
    TeamRole.objects.create(team=team, workspace=place, role=Role.MAINTAINER)
    return person


def _deleted_beside(place: Workspace) -> uuid.UUID:
    """A deleted workspace of the same organization, which its owner alone may bring back."""
    home = place.organization
    if home is None:
        return uuid.UUID(int=7)
    gone = cast.workspace("gone", organization=home)
    delete_workspace(cast.seat(gone, gone.participants.get().user))
    return gone.pk


def some_object(model: str) -> str:
    """The key of a row of this model, for the pages of the admin: the one with the longest name,
    which is the hardest to show."""
    for app in ("workspaces", "credentials_app", "common"):
        if model in apps.all_models[app]:
            rows = apps.get_model(app, model)._default_manager.all()
            found = max(rows, key=lambda row: (len(str(row)), str(row)), default=None)
            return str(found.pk) if found else "0"
    return "0"
