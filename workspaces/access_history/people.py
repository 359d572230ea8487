"""Who had access to a workspace in a stretch of time, and by which ways. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workspaces.access_history.facts import YES, Fact, FactKind
from workspaces.access_history.timelines import ALWAYS_NO, Timeline
from workspaces.models.roles import Role

ORDER = list(Role)


class WayKind(StrEnum):
    """How somebody got access."""

    OWN = "own"
    TEAM = "team"
    ORGANIZATION = "organization"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Way:
    """One way by which a person has a role; ``team`` is the key of the team."""

    kind: WayKind
    role: Role
    team: str = ""


@dataclass(frozen=True)
class HeldAccess:
    """What a person had at one time. ``standing``: why they could not sign in."""

    ways: tuple[Way, ...]
    standing: str = ""
    is_archived: bool = False

    @property
    def role(self) -> Role:
        """The highest of the roles."""
        return min((way.role for way in self.ways), key=ORDER.index)


@dataclass(frozen=True)
class Stretch:
    """A person had this access from ``begin`` to ``end``."""

    begin: datetime
    end: datetime
    access: HeldAccess


@dataclass(frozen=True)
class PlaceKeys:
    """A workspace, and whose it is: of an organization, or of one person."""

    workspace: str
    organization: str = ""
    owner: str = ""


class AccessHistory:
    """Answers who had access, from the timelines of all facts."""

    def __init__(self, timelines: Mapping[Fact, Timeline]) -> None:
        self._lines = timelines
        self._by_kind: dict[tuple[FactKind, str], dict[str, Timeline]] = defaultdict(dict)
        for fact, line in timelines.items():
            self._by_kind[fact.kind, fact.of][fact.who] = line

    def people(self, place: PlaceKeys, begin: datetime, end: datetime) -> dict[str, list[Stretch]]:
        """By the key of each person: when they had access, at any moment from ``begin`` on and
        before ``end``, or exactly at ``begin`` if both are the same."""
        teams = self._teams_of(place)
        found = {
            person: self._stretches(place, person, teams.get(person, []), begin, end)
            for person in sorted(self._anybody(place, teams))
        }
        return {person: stretches for person, stretches in found.items() if stretches}

    def keepers(self, kind: FactKind, begin: datetime, end: datetime) -> set[str]:
        """The administrators or auditors who were so at any moment of this time."""
        return {
            fact.of
            for fact, line in self._lines.items()
            if fact.kind is kind
            and any(line.at(at) for at in (begin, *line.changes_within(begin, end)))
        }

    def _anybody(self, place: PlaceKeys, teams: Mapping[str, list[str]]) -> set[str]:
        own = self._by_kind[FactKind.ROLE, place.workspace]
        owners = self._by_kind[FactKind.OWNER, place.organization]
        return {*own, *owners, *teams, *([place.owner] if place.owner else [])}

    def _teams_of(self, place: PlaceKeys) -> dict[str, list[str]]:
        """The teams that ever had a role here, by each person who was ever in one."""
        found: dict[str, list[str]] = defaultdict(list)
        for team in sorted(self._by_kind[FactKind.TEAM_ROLE, place.workspace]):
            for person in self._by_kind[FactKind.IN_TEAM, team]:
                found[person].append(team)
        return found

    def _stretches(
        self, place: PlaceKeys, person: str, teams: list[str], begin: datetime, end: datetime
    ) -> list[Stretch]:
        lines = [self._line(fact) for fact in _facts_of(place, person, teams)]
        changes = {at for line in lines for at in line.changes_within(begin, end)}
        moments, found = [begin, *sorted(changes)], list[Stretch]()
        for at, until in zip(moments, [*moments[1:], end], strict=True):
            access = self._access_at(place, person, teams, at)
            if access is None:
                continue
            if found and found[-1].end == at and found[-1].access == access:
                found[-1] = Stretch(found[-1].begin, until, access)
            else:
                found.append(Stretch(at, until, access))
        return found

    def _access_at(
        self, place: PlaceKeys, person: str, teams: list[str], at: datetime
    ) -> HeldAccess | None:
        """None: no access. A personal workspace is deleted with its person, and not by itself."""
        if not place.owner and any(
            self._is(FactKind.PLACE_DELETED, key, at)
            for key in (place.workspace, place.organization)
        ):
            return None
        ways = tuple(self._ways_at(place, person, teams, at))
        is_deleted = self._is(FactKind.DELETED, person, at)
        is_suspended = self._is(FactKind.SUSPENDED, person, at)
        standing = "deleted" if is_deleted else "suspended" if is_suspended else ""
        archived = self._is(FactKind.ARCHIVED, place.workspace, at)
        return HeldAccess(ways, standing, archived) if ways else None

    def _ways_at(
        self, place: PlaceKeys, person: str, teams: list[str], at: datetime
    ) -> Iterator[Way]:
        if place.owner == person:
            yield Way(WayKind.PERSONAL, Role.OWNER)
        if self._line(Fact(FactKind.OWNER, place.organization, person)).at(at):
            yield Way(WayKind.ORGANIZATION, Role.OWNER)
        if role := self._line(Fact(FactKind.ROLE, place.workspace, person)).at(at):
            yield Way(WayKind.OWN, Role(role))
        for team in teams:
            role = self._line(Fact(FactKind.TEAM_ROLE, place.workspace, team)).at(at)
            is_in = self._line(Fact(FactKind.IN_TEAM, team, person)).at(at)
            if role and is_in and not self._is(FactKind.TEAM_GONE, team, at):
                yield Way(WayKind.TEAM, Role(role), team)

    def _is(self, kind: FactKind, key: str, at: datetime) -> bool:
        return self._line(Fact(kind, key)).at(at) == YES

    def _line(self, fact: Fact) -> Timeline:
        return self._lines.get(fact, ALWAYS_NO)


def _facts_of(place: PlaceKeys, person: str, teams: list[str]) -> Iterator[Fact]:
    """All facts that this person's access depends on."""
    yield Fact(FactKind.ROLE, place.workspace, person)
    yield Fact(FactKind.OWNER, place.organization, person)
    for kind in (FactKind.SUSPENDED, FactKind.DELETED):
        yield Fact(kind, person)
    for key in (place.workspace, place.organization):
        yield Fact(FactKind.PLACE_DELETED, key)
    yield Fact(FactKind.ARCHIVED, place.workspace)
    for team in teams:
        yield Fact(FactKind.IN_TEAM, team, person)
        yield Fact(FactKind.TEAM_GONE, team)
        yield Fact(FactKind.TEAM_ROLE, place.workspace, team)
