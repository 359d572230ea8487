"""What each audit event says of people, teams and places: facts with their values. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from workspaces.models.roles import OrganizationRole, Role

YES, NO = "yes", ""
"""The values of a fact that has no role."""


class FactKind(StrEnum):
    """What a fact is about; in brackets, ``Fact.of`` and ``Fact.who``."""

    ROLE = "role"  # (workspace, person): the role that a person holds
    OWNER = "owner"  # (organization, person)
    IN_TEAM = "in team"  # (team, person)
    TEAM_ROLE = "team role"  # (workspace, team): the role that a team holds
    TEAM_GONE = "team gone"  # (team, "")
    SUSPENDED = "suspended"  # (person, "")
    DELETED = "deleted"  # (person, "")
    ADMINISTRATOR = "administrator"  # (person, "")
    AUDITOR = "auditor"  # (person, "")
    PLACE_DELETED = "place deleted"  # (workspace or organization, "")
    ARCHIVED = "archived"  # (workspace, "")
    PLACE = "place"  # (credential, ""): the workspace in which it is


class Fact(NamedTuple):
    """Something that is so at one time and not at another. Keys are UUIDs as texts."""

    kind: FactKind
    of: str
    who: str = ""


class FactChange(NamedTuple):
    """A fact got a value; ``old`` is the one before, None if the event does not say."""

    fact: Fact
    at: datetime
    value: str
    old: str | None


class LogRow(NamedTuple):
    """What is read of an audit event."""

    at: datetime
    action: str
    workspace: str
    actor: str
    actor_label: str
    target: str
    target_label: str
    details: Mapping[str, Any]


Reader = Callable[[LogRow], Iterator[FactChange]]


def fact_changes(row: LogRow) -> tuple[list[FactChange], bool]:
    """The facts that this event changed, and whether it says all of it: events of versions that
    wrote down less do not."""
    reader, found = READERS.get(row.action), list[FactChange]()
    try:
        for change in reader(row) if reader else ():
            found.append(change)
    except KeyError:
        return found, False
    return found, True


def _role_changes(row: LogRow) -> Iterator[FactChange]:
    fact = Fact(FactKind.ROLE, row.workspace, row.target)
    yield FactChange(fact, row.at, row.details["role"], row.details["old_role"])


def _role_ends(row: LogRow) -> Iterator[FactChange]:
    fact = Fact(FactKind.ROLE, row.workspace, row.target)
    yield FactChange(fact, row.at, NO, row.details["old_role"])


def _place_made(row: LogRow) -> Iterator[FactChange]:
    fact = Fact(FactKind.ROLE, row.workspace, row.actor)
    yield FactChange(fact, row.at, Role.OWNER.value, NO)


def _accepted(row: LogRow) -> Iterator[FactChange]:
    """To a workspace, or to an organization; a person keeps a higher role."""
    old, offered = row.details["old_role"], row.details["role"]
    if row.workspace:
        order = list(Role)
        held = min([Role(offered), *([Role(old)] if old else [])], key=order.index)
        yield FactChange(Fact(FactKind.ROLE, row.workspace, row.actor), row.at, held.value, old)
        return
    fact = Fact(FactKind.OWNER, row.details["organization_id"], row.actor)
    was_owner = _owner(old)
    yield FactChange(fact, row.at, was_owner or _owner(offered), was_owner)


def _organization_made(row: LogRow) -> Iterator[FactChange]:
    yield FactChange(Fact(FactKind.OWNER, row.target, row.actor), row.at, YES, NO)


def _member_changes(row: LogRow) -> Iterator[FactChange]:
    """Written when the role becomes another one, of two."""
    owns = _owner(row.details["role"])
    fact = Fact(FactKind.OWNER, row.details["organization_id"], row.target)
    yield FactChange(fact, row.at, owns, NO if owns else YES)


def _member_ends(row: LogRow) -> Iterator[FactChange]:
    fact = Fact(FactKind.OWNER, row.details["organization_id"], row.target)
    yield FactChange(fact, row.at, NO, _owner(row.details["old_role"]))
    yield from _held_ends(row, row.target)


def _joined(row: LogRow) -> Iterator[FactChange]:
    yield FactChange(Fact(FactKind.IN_TEAM, row.details["team_id"], row.target), row.at, YES, NO)


def _left_team(row: LogRow) -> Iterator[FactChange]:
    yield FactChange(Fact(FactKind.IN_TEAM, row.details["team_id"], row.target), row.at, NO, YES)


def _team_ends(row: LogRow) -> Iterator[FactChange]:
    yield FactChange(Fact(FactKind.TEAM_GONE, row.target), row.at, YES, NO)
    for word in row.details["held"]:
        kind, _, rest = word.partition(":")
        key, _, role = rest.partition(":")
        if kind == "person":
            yield FactChange(Fact(FactKind.IN_TEAM, row.target, key), row.at, NO, YES)
        else:
            yield FactChange(Fact(FactKind.TEAM_ROLE, key, row.target), row.at, NO, role)


def _team_role_set(row: LogRow) -> Iterator[FactChange]:
    fact = Fact(FactKind.TEAM_ROLE, row.workspace, row.target)
    yield FactChange(fact, row.at, row.details.get("role", NO), row.details["old_role"])


def _held_ends(row: LogRow, person: str) -> Iterator[FactChange]:
    """The roles that an event names as ended: ``role:workspace:role``, ``owner:organization``,
    ``team:team``."""
    for word in row.details["held"]:
        kind, _, rest = word.partition(":")
        key, _, role = rest.partition(":")
        of = {"role": FactKind.ROLE, "owner": FactKind.OWNER, "team": FactKind.IN_TEAM}[kind]
        yield FactChange(Fact(of, key, person), row.at, NO, role or YES)


def _account_purged(row: LogRow) -> Iterator[FactChange]:
    yield FactChange(Fact(FactKind.DELETED, row.target), row.at, YES, YES)
    yield from _held_ends(row, row.target)


def _rights(row: LogRow) -> Iterator[FactChange]:
    """Over the instance. An account that is added has the flags of its event, or none."""
    new, old = row.details.get("flags", []), row.details.get("old", [])
    for kind in (FactKind.ADMINISTRATOR, FactKind.AUDITOR):
        if (kind in new) != (kind in old):
            before, after = (YES if kind in flags else NO for flags in (old, new))
            yield FactChange(Fact(kind, row.target), row.at, after, before)


def _flag(kind: FactKind, value: str) -> Reader:
    """An event that is written only when this fact of its target becomes another one."""

    def read(row: LogRow) -> Iterator[FactChange]:
        yield FactChange(Fact(kind, row.target), row.at, value, NO if value else YES)

    return read


def _in_place(*, is_there: bool) -> Reader:
    """A credential came into the workspace of the event, or went out of it."""

    def read(row: LogRow) -> Iterator[FactChange]:
        before, after = (NO, row.workspace) if is_there else (row.workspace, NO)
        yield FactChange(Fact(FactKind.PLACE, row.target), row.at, after, before)

    return read


def _owner(role: str) -> str:
    return YES if role == OrganizationRole.OWNER else NO


MEMBERSHIP: dict[str, Reader] = {
    "accounts:account:delete": _flag(FactKind.DELETED, YES),
    "accounts:account:purge": _account_purged,
    "accounts:account:restore": _flag(FactKind.DELETED, NO),
    "accounts:person:add": _rights,
    "accounts:person:restore": _flag(FactKind.SUSPENDED, NO),
    "accounts:person:rights": _rights,
    "accounts:person:suspend": _flag(FactKind.SUSPENDED, YES),
    "workspaces:invitation:accept": _accepted,
    "workspaces:member:change": _member_changes,
    "workspaces:member:leave": _member_ends,
    "workspaces:member:remove": _member_ends,
    "workspaces:organization:delete": _flag(FactKind.PLACE_DELETED, YES),
    "workspaces:organization:make": _organization_made,
    "workspaces:organization:restore": _flag(FactKind.PLACE_DELETED, NO),
    "workspaces:participant:change": _role_changes,
    "workspaces:participant:leave": _role_ends,
    "workspaces:participant:remove": _role_ends,
    "workspaces:sample:make": _place_made,
    "workspaces:team:delete": _team_ends,
    "workspaces:team:join": _joined,
    "workspaces:team:leave": _left_team,
    "workspaces:team:remove": _left_team,
    "workspaces:team_role:remove": _team_role_set,
    "workspaces:team_role:set": _team_role_set,
    "workspaces:workspace:archive": _flag(FactKind.ARCHIVED, YES),
    "workspaces:workspace:delete": _flag(FactKind.PLACE_DELETED, YES),
    "workspaces:workspace:make": _place_made,
    "workspaces:workspace:restore": _flag(FactKind.PLACE_DELETED, NO),
    "workspaces:workspace:unarchive": _flag(FactKind.ARCHIVED, NO),
}
STAYS: dict[str, Reader] = {
    "credentials:credential:add": _in_place(is_there=True),
    "credentials:credential:delete": _in_place(is_there=False),
    "credentials:credential:move_in": _in_place(is_there=True),
    "credentials:credential:move_out": _in_place(is_there=False),
    "credentials:credential:restore": _in_place(is_there=True),
}
READERS = MEMBERSHIP | STAYS
