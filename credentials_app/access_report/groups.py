"""The people of an access report, by what they may do. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.access_history.people import HeldAccess, Stretch, Way, WayKind
from workspaces.access_history.reading import KnownPerson
from workspaces.models.roles import Role
from workspaces.rights.roles import Can, allows

USES, SEES, SHUT_OUT = "uses", "sees", "shut_out"
MAY: tuple[tuple[Can, Promise], ...] = (
    (Can.CHECK, gettext_lazy("check")),
    (Can.WRITE, gettext_lazy("replace")),
    (Can.DELETE, gettext_lazy("delete")),
    (Can.EXPORT, gettext_lazy("export")),
)
"""What somebody may do with a credential, by the right that it needs."""


@dataclass(frozen=True)
class AccessSpan:
    """One stretch of one person: the role, how they got it, when, and what it lets them do."""

    role: str
    ways: tuple[str, ...]
    when: str
    may: str
    place: str = ""


@dataclass(frozen=True)
class PersonAccess:
    """One person of a group."""

    name: str
    email: str
    note: str
    spans: tuple[AccessSpan, ...]


@dataclass(frozen=True)
class Told:
    """A stretch of a person, and the workspace that it was in, if that must be named."""

    person: str
    stretch: Stretch
    place: str = ""


@dataclass(frozen=True)
class Names:
    """What the report calls people, teams and stretches of time."""

    people: Mapping[str, KnownPerson]
    teams: Mapping[str, str]
    when: Callable[[Stretch], str]
    needs_factor: bool = False


def grouped(told: Iterable[Told], names: Names) -> dict[str, list[PersonAccess]]:
    """The people of each group, the highest role first. Who had two kinds of access in this time
    is in both groups, each with its own stretches."""
    rows: dict[tuple[str, str], list[Told]] = {}
    for each in told:
        rows.setdefault((group_of(each.stretch.access), each.person), []).append(each)
    found: dict[str, list[PersonAccess]] = {USES: [], SEES: [], SHUT_OUT: []}
    for (group, person), stretches in sorted(rows.items(), key=lambda row: _order(row[1], names)):
        found[group].append(_person(person, stretches, names))
    return found


def group_of(access: HeldAccess) -> str:
    """Who cannot sign in, who uses the credential, or who only sees it."""
    if access.standing:
        return SHUT_OUT
    return USES if not access.is_archived and allows(access.role, Can.CHECK) else SEES


def known(person: str, names: Names) -> KnownPerson:
    """Somebody by name; an account that is gone and in no event has its key alone."""
    return names.people.get(person) or KnownPerson(person, person, "")


def _order(stretches: list[Told], names: Names) -> tuple[int, str, str]:
    best = min(list(Role).index(each.stretch.access.role) for each in stretches)
    person = known(stretches[0].person, names)
    return best, person.name.casefold(), person.key


def _person(key: str, stretches: list[Told], names: Names) -> PersonAccess:
    person, standing = known(key, names), stretches[-1].stretch.access.standing
    lacks = names.needs_factor and person.has_factor is False and not standing
    notes = {"suspended": _("account suspended"), "deleted": _("account deleted")}
    note = _("not let in before adding a second factor") if lacks else notes.get(standing, "")
    spans = tuple(_span(each, names) for each in stretches)
    return PersonAccess(person.name, person.email, note, spans)


def _span(told: Told, names: Names) -> AccessSpan:
    access = told.stretch.access
    return AccessSpan(
        role=str(access.role.label),
        ways=tuple(way_in_words(way, names.teams) for way in access.ways),
        when=names.when(told.stretch),
        may=_may(access),
        place=told.place,
    )


def way_in_words(way: Way, teams: Mapping[str, str]) -> str:
    """How a person got this role."""
    label = str(way.role.label)
    if way.kind is WayKind.TEAM:
        team = teams.get(way.team, way.team)
        return _("%(role)s by the team %(team)s") % {"role": label, "team": team}
    if way.kind is WayKind.ORGANIZATION:
        return _("Owner of the organization")
    if way.kind is WayKind.PERSONAL:
        return _("their personal workspace")
    return _("%(role)s by their own role") % {"role": label}


def _may(access: HeldAccess) -> str:
    """What the role lets somebody do, whether or not they can sign in."""
    if access.is_archived:
        return _("see; the workspace is archived")
    words = [str(word) for can, word in MAY if allows(access.role, can)]
    return ", ".join([_("see"), *words])
