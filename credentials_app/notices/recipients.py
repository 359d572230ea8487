"""The recipients of notices about a credential: by role, ownership and their preferences."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from credentials_app.models import Audience, Credential, Delivery, NoticePreference
from workspaces.clock import zone_of
from workspaces.models import OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.team_roles import highest, people_by_team

ROLES_FOR_ALL = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True)
class Recipient:
    """A person in a workspace, and their preference for its notices."""

    person: User
    role: Role
    pace: Delivery = Delivery.AT_ONCE
    reach: Audience = Audience.BY_ROLE

    @property
    def gets_all(self) -> bool:
        """True if they get notices about every credential; by default for owners and admins."""
        if self.reach is Audience.BY_ROLE:
            return self.role in ROLES_FOR_ALL
        return self.reach is Audience.ALL

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone."""
        return zone_of(self.person.time_zone)


def recipients_in(workspaces: Iterable[Workspace]) -> dict[UUID, list[Recipient]]:
    """Everybody in these workspaces who may sign in, by workspace; a fixed number of queries.

    Nobody is a recipient in a sample or in an archived workspace.
    """
    by_key = {workspace.pk: workspace for workspace in workspaces}
    told = {pk: each for pk, each in by_key.items() if not (each.is_sample or each.archived_at)}
    roles = _roles(told)
    chosen = {
        (row.workspace_id, row.person_id): row
        for row in NoticePreference.objects.filter(workspace__in=by_key)
    }
    found: dict[UUID, list[Recipient]] = {pk: [] for pk in by_key}
    for pk, people in roles.items():
        recipients = [
            _recipient(person, role, chosen.get((pk, person.pk))) for person, role in people.items()
        ]
        found[pk] = sorted(recipients, key=lambda each: each.person.email)
    return found


def recipients_among(people: Iterable[Recipient], credential: Credential) -> list[Recipient]:
    """Those of the people who get notices about this credential.

    A credential whose owner has left counts as owned by the workspace's owners.
    """
    everybody = list(people)
    own = [each for each in everybody if each.person.pk == credential.owner_id]
    own = own or [each for each in everybody if each.role is Role.OWNER]
    return [each for each in everybody if each.gets_all or each in own]


def recipients_of(credential: Credential) -> list[Recipient]:
    """Those who get notices about this credential."""
    everybody = recipients_in([credential.workspace])[credential.workspace_id]
    return recipients_among(everybody, credential)


def _recipient(person: User, role: Role, chosen: NoticePreference | None) -> Recipient:
    if chosen is None:
        return Recipient(person, role)
    return Recipient(person, role, Delivery(chosen.pace), Audience(chosen.reach))


def _roles(workspaces: dict[UUID, Workspace]) -> dict[UUID, dict[User, Role]]:
    """The highest role of each person in each of these workspaces."""
    roles: dict[UUID, dict[User, Role]] = {pk: {} for pk in workspaces}
    for row in Participant.objects.filter(
        workspace__in=workspaces, user__is_active=True
    ).select_related("user"):
        roles[row.workspace_id][row.user] = Role(row.role)
    for each in people_by_team(list(workspaces)):
        if each.person.is_active:
            here = roles[each.workspace]
            here[each.person] = highest(here.get(each.person), each.role) or each.role
    of_organization: dict[UUID, list[UUID]] = defaultdict(list)
    for workspace in workspaces.values():
        if workspace.organization_id:
            of_organization[workspace.organization_id].append(workspace.pk)
    for owner in OrganizationMember.objects.filter(
        organization__in=of_organization, role=OrganizationRole.OWNER, user__is_active=True
    ).select_related("user"):
        for pk in of_organization[owner.organization_id]:
            roles[pk][owner.user] = Role.OWNER
    personal = {each.owner_id: pk for pk, each in workspaces.items() if each.owner_id}
    for person in User.objects.filter(pk__in=personal, is_active=True):
        roles[personal[person.pk]][person] = Role.OWNER
    return roles
