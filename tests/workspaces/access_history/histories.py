"""Random histories of membership by the real actions, with what ``rights`` says after each."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app.services import account_deletion, archives, place_deletion
from tests import cast
from workspaces import places
from workspaces.members import invitations, organization_members, participants, teams
from workspaces.models import (
    Organization,
    OrganizationMember,
    Participant,
    Team,
    TeamMember,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.models.teams import TEAM_ROLES
from workspaces.rights.access import open_to, role_in, role_of
from workspaces.rights.refusals import Refusal
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

PEOPLE = tuple(f"person{number}@example.org" for number in range(6))
SLUGS = ("web", "ops", "lab")
TRIES = 10
"""So many actions are tried, until one is not refused."""


@dataclass
class Step:
    """What was so after one action: the role of each person in each workspace."""

    at: datetime
    roles: dict[tuple[str, str], Role]
    deed: str


@dataclass
class Life:
    """One organization whose people come and go by chance."""

    seed: int
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.root = cast.person("root@example.org", administrator=True)
        self.keeper = Keeper(self.root, cast.CALLER)
        self.home = places.make_organization(
            cast.person(PEOPLE[0]), name="Acme", slug=f"acme-{self.seed}", caller=cast.CALLER
        )
        for slug in SLUGS:
            places.make_workspace(self.owner_seat(), name=slug.title(), slug=slug)

    def run(self, count: int) -> "Life":
        """So many actions; what is refused changes nothing."""
        weights: dict[Callable[[], object], int] = {
            self.invite: 6, self.invite_to_organization: 4, self.change_role: 3, self.remove: 1,
            self.leave: 1, self.change_membership: 3, self.leave_organization: 1,
            self.remove_member: 1, self.make_team: 2, self.rename_team: 1, self.delete_team: 1,
            self.join_team: 6, self.leave_team: 2, self.give_team_role: 6, self.take_team_role: 2,
            self.suspend: 1, self.delete_account: 1, self.purge_account: 2,
            self.delete_workspace: 1, self.delete_organization: 1, self.archive: 2,
        }  # fmt: skip
        deeds = [deed for deed, weight in weights.items() for _ in range(weight)]
        for _ in range(count):
            possible = [*deeds, *self.comebacks()]
            for deed in self.chance.choices(possible, k=TRIES):
                if self.is_done(deed):
                    break
            self.note(deed.__name__)
        return self

    def is_done(self, deed: Callable[[], object]) -> bool:
        """Do it; False if it is refused, and has changed nothing."""
        gone = (Organization.DoesNotExist, Workspace.DoesNotExist, User.DoesNotExist, Missing)
        with suppress(Refusal, *gone), transaction.atomic():
            deed()
            return True
        return False

    def comebacks(self) -> list[Callable[[], object]]:
        """What is away comes back soon, so that there is life."""
        away = User.objects.filter(is_active=False).count()
        deleted = Workspace.every.filter(organization=self.home, deleted_at__isnull=False).count()
        people = [self.reinstate, self.restore_account]
        places = [self.restore_workspace, self.restore_organization]
        return people * (4 * away) + places * (3 * deleted)

    def note(self, deed: str) -> None:
        """Write down what ``rights`` says now."""
        roles = {
            (str(place.pk), str(person.pk)): role_of(place)
            for person in User.objects.filter(is_active=True)
            for place in open_to(person)
            if place.organization_id == self.home.pk
        }
        self.steps.append(Step(database_now(), roles, deed))

    # Who acts and who is acted upon.

    def person(self) -> User:
        return cast.person(self.chance.choice(PEOPLE))

    def owner_seat(self) -> OrganizationSeat:
        rows = OrganizationMember.objects.filter(organization=self.home, user__is_active=True)
        row = rows.filter(role=OrganizationRole.OWNER).order_by("pk").first()
        home = Organization.objects.filter(pk=self.home.pk).first()
        if row is None or home is None:
            raise Missing
        return OrganizationSeat(row.user, home, OrganizationRole.OWNER, cast.CALLER)

    def seat(self, person: User | None = None) -> Seat:
        rows = Workspace.objects.filter(organization=self.home).select_related("organization")
        place = self.pick(list(rows.order_by("slug")))
        who = person or self.owner_seat().user
        role = role_in(who, place)
        if role is None:
            raise Missing
        return Seat(who, place, role, cast.CALLER)

    def team(self) -> Team:
        return self.pick(list(Team.objects.filter(organization=self.home).order_by("name")))

    def row(self, place: Workspace) -> Participant:
        return self.pick(list(Participant.objects.filter(workspace=place).order_by("pk")))

    def pick(self, found: list[Any]) -> Any:
        if not found:
            raise Missing
        return self.chance.choice(found)

    # The actions.

    def _accept(self, link: str, person: User) -> None:
        token = link.rstrip("/").rpartition("/")[2]
        invitations.accept(token, user=person, caller=cast.CALLER)

    def invite(self) -> None:
        person, role = self.person(), self.chance.choice(list(Role))
        self._accept(invitations.invite_by_link(self.seat(), email=person.email, role=role), person)

    def invite_to_organization(self) -> None:
        person, role = self.person(), self.chance.choice(list(OrganizationRole))
        into = [self.team()] if Team.objects.filter(organization=self.home).exists() else []
        seat = self.owner_seat()
        link = invitations.invite_by_link(seat, email=person.email, role=role, teams=into)
        self._accept(link, person)

    def change_role(self) -> None:
        seat = self.seat()
        role = self.chance.choice(list(Role))
        participants.change_role(seat, participant=self.row(seat.workspace), role=role)

    def remove(self) -> None:
        seat = self.seat()
        participants.remove(seat, participant=self.row(seat.workspace))

    def leave(self) -> None:
        participants.leave_workspace(self.seat(self.person()))

    def change_membership(self) -> None:
        rows = OrganizationMember.objects.filter(organization=self.home).order_by("pk")
        role = self.chance.choice(list(OrganizationRole))
        participants.change_organization_role(
            self.owner_seat(), member=self.pick(list(rows)), role=role
        )

    def leave_organization(self) -> None:
        rows = OrganizationMember.objects.filter(organization=self.home, user__is_active=True)
        row = self.pick(list(rows.order_by("pk")))
        role = OrganizationRole(row.role)
        organization_members.leave_organization(
            OrganizationSeat(row.user, self.home, role, cast.CALLER)
        )

    def remove_member(self) -> None:
        organization_members.remove_member(self.owner_seat(), person=self.person())

    def make_team(self) -> None:
        teams.make_team(self.owner_seat(), name=f"Team {self.chance.randint(1, 4)}")

    def rename_team(self) -> None:
        name = f"Team {self.chance.randint(1, 4)}"
        teams.rename_team(self.owner_seat(), self.team(), name=name)

    def join_team(self) -> None:
        teams.add_to_team(self.owner_seat(), self.team(), self.person())

    def leave_team(self) -> None:
        """Taken out by an owner, or by themselves."""
        rows = TeamMember.objects.filter(team__organization=self.home).select_related("team")
        row, owner = self.pick(list(rows.order_by("pk"))), self.owner_seat()
        own = OrganizationSeat(row.user, owner.organization, OrganizationRole.MEMBER, cast.CALLER)
        by = own if row.user.is_active and self.chance.random() < 0.5 else owner
        teams.take_from_team(by, row.team, row.user)

    def delete_team(self) -> None:
        teams.delete_team(self.owner_seat(), self.team())

    def give_team_role(self) -> None:
        teams.set_team_role(self.seat(), self.team(), role=self.chance.choice(TEAM_ROLES))

    def take_team_role(self) -> None:
        teams.remove_team_role(self.seat(), self.team())

    def _heirs(self, person: User) -> dict[UUID, User]:
        return {
            each.pk: self.pick(accounts.heirs_of(each, person))
            for each in accounts.owned_alone(person)
        }

    def suspend(self) -> None:
        person = self.person()
        accounts.suspend(person, heirs=self._heirs(person), keeper=self.keeper)

    def reinstate(self) -> None:
        away = User.objects.filter(is_active=False, deleted_at=None).order_by("email")
        accounts.reinstate(self.pick(list(away)), keeper=self.keeper)

    def delete_account(self) -> None:
        person = self.person()
        heirs = self._heirs(person)
        account_deletion.delete_account(person, heirs=heirs, keeper=self.keeper)

    def restore_account(self) -> None:
        away = User.objects.filter(deleted_at__isnull=False).order_by("email")
        account_deletion.restore_account(self.pick(list(away)), keeper=self.keeper)

    def purge_account(self) -> None:
        """As after seven days; never with the organization that all of this is about."""
        if not Organization.objects.filter(pk=self.home.pk).exists():
            raise Missing
        over = database_now() - KEPT_FOR
        person = self.pick(list(User.objects.filter(deleted_at__isnull=False).order_by("email")))
        Workspace.every.filter(owner=person).update(deleted_at=over)
        User.objects.filter(pk=person.pk).update(deleted_at=over)
        account_deletion.purge_accounts(now=database_now())

    def delete_workspace(self) -> None:
        place_deletion.delete_workspace(self.seat())

    def restore_workspace(self) -> None:
        gone = Workspace.every.filter(organization=self.home, deleted_at__isnull=False)
        gone = gone.filter(organization__deleted_at=None).order_by("slug")
        place_deletion.restore_place(
            self.pick(list(gone)), person=self.owner_seat().user, caller=cast.CALLER
        )

    def delete_organization(self) -> None:
        place_deletion.delete_organization(self.owner_seat())

    def restore_organization(self) -> None:
        home = Organization.every.get(pk=self.home.pk)
        place_deletion.restore_place(home, person=self.root, caller=cast.CALLER)

    def archive(self) -> None:
        seat = self.seat()
        deed = (
            archives.unarchive_workspace
            if seat.workspace.archived_at
            else (archives.archive_workspace)
        )
        deed(seat)


class Missing(Exception):
    """There is nobody or nothing to act upon."""
