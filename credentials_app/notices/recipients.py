"""Who hears of a credential: by role and ownership, and as each of them chose."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from credentials_app.models import Audience, Credential, Delivery, NoticePreference
from workspaces.clock import zone_of
from workspaces.models import OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role

HEAR_ALL = frozenset({Role.OWNER, Role.ADMIN})


@dataclass(frozen=True)
class Recipient:
    """Somebody in a workspace, and what they want to hear of it."""

    person: User
    role: Role
    pace: Delivery = Delivery.AT_ONCE
    reach: Audience = Audience.BY_ROLE

    @property
    def hears_all(self) -> bool:
        """Whether it is about every credential; by default for owners and admins."""
        if self.reach is Audience.BY_ROLE:
            return self.role in HEAR_ALL
        return self.reach is Audience.ALL

    @property
    def zone(self) -> ZoneInfo:
        """The clock they read by."""
        return zone_of(self.person.time_zone)


def recipients_in(places: Iterable[Workspace]) -> dict[UUID, list[Recipient]]:
    """Everybody who takes part in these workspaces and may sign in; the same few queries always."""
    there = {place.pk: place for place in places}
    roles = _roles(there)
    chosen = {
        (row.workspace_id, row.person_id): row
        for row in NoticePreference.objects.filter(workspace__in=there)
    }
    found: dict[UUID, list[Recipient]] = {}
    for pk, people in roles.items():
        readers = [_reader(who, role, chosen.get((pk, who.pk))) for who, role in people.items()]
        found[pk] = sorted(readers, key=lambda reader: reader.person.email)
    return found


def hearing(credential: Credential, readers: Iterable[Recipient]) -> list[Recipient]:
    """Those who hear of this credential. Whose owner is gone counts as the workspace owners'."""
    everybody = list(readers)
    own = [each for each in everybody if each.person.pk == credential.owner_id]
    own = own or [each for each in everybody if each.role is Role.OWNER]
    return [each for each in everybody if each.hears_all or each in own]


def who_hears(credential: Credential) -> list[Recipient]:
    """Those who hear of this one credential."""
    return hearing(credential, recipients_in([credential.workspace])[credential.workspace_id])


def _reader(person: User, role: Role, chosen: NoticePreference | None) -> Recipient:
    if chosen is None:
        return Recipient(person, role)
    return Recipient(person, role, Delivery(chosen.pace), Audience(chosen.reach))


def _roles(places: dict[UUID, Workspace]) -> dict[UUID, dict[User, Role]]:
    """The highest role of each person in each of these places."""
    roles: dict[UUID, dict[User, Role]] = {pk: {} for pk in places}
    for row in Participant.objects.filter(
        workspace__in=places, user__is_active=True
    ).select_related("user"):
        roles[row.workspace_id][row.user] = Role(row.role)
    of_organization: dict[UUID, list[UUID]] = defaultdict(list)
    for place in places.values():
        if place.organization_id:
            of_organization[place.organization_id].append(place.pk)
    for owner in OrganizationMember.objects.filter(
        organization__in=of_organization, role=OrganizationRole.OWNER, user__is_active=True
    ).select_related("user"):
        for pk in of_organization[owner.organization_id]:
            roles[pk][owner.user] = Role.OWNER
    holders = {place.owner_id: pk for pk, place in places.items() if place.owner_id}
    for person in User.objects.filter(pk__in=holders, is_active=True):
        roles[holders[person.pk]][person] = Role.OWNER
    return roles
