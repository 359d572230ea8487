"""Reads what the history of access needs: the events of membership, and the rows of now."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from workspaces.access_history.facts import (
    NO,
    STAYS,
    YES,
    Fact,
    FactChange,
    FactKind,
    LogRow,
    fact_changes,
)
from workspaces.access_history.people import AccessHistory, PlaceKeys
from workspaces.access_history.timelines import ALWAYS_NO, Held, Replay, Timeline, replay
from workspaces.audit_chain import REMOVE
from workspaces.models import (
    AuditEvent,
    OrganizationMember,
    Participant,
    TeamMember,
    TeamRole,
    User,
    Workspace,
)
from workspaces.models.audit_event import MEMBERSHIP_ACTIONS
from workspaces.models.roles import OrganizationRole

COLUMNS = (
    "at", "action", "workspace_id", "actor_id", "actor_label", "target_id", "target_label",
    "details",
)  # fmt: skip
USER_COLUMNS = (
    "name", "email", "is_active", "is_staff", "is_auditor", "deleted_at", "deleted_suspended",
    "second_factor_at", "administrator_since",
)  # fmt: skip
KEEPERS = frozenset({FactKind.ADMINISTRATOR, FactKind.AUDITOR})
STANDING = frozenset({FactKind.SUSPENDED, FactKind.DELETED})
GIVES_ROLE = frozenset({FactKind.ROLE, FactKind.OWNER, FactKind.IN_TEAM})
COMES_IN = "credentials:credential:move_in"
ABOUT_PLACES = ("workspaces:workspace:", "workspaces:organization:", "workspaces:sample:")
CHUNK = 2000
_LISTED = ", ".join(f"'{action}'" for action in MEMBERSHIP_ACTIONS)
# Constants in place of parameters: SQLite takes a partial index only for its condition as written.
OF_MEMBERSHIP = RawSQL(  # noqa: S611  # nosec B611  # the constants above
    f'"workspaces_auditevent"."action" IN ({_LISTED})', (), output_field=BooleanField()
)


@dataclass(frozen=True)
class KnownPerson:
    """Somebody as the rows or the log name them. ``has_factor`` None: the account is gone."""

    key: str
    name: str
    email: str
    has_factor: bool | None = None


@dataclass(frozen=True)
class PastAccess:
    """The history of some workspaces of one organization, or of one person.

    ``now`` answers from the rows alone. ``exact_from``: before it the log does not tell all; the
    other of administrators and auditors.
    """

    history: AccessHistory
    now: AccessHistory
    exact_from: datetime | None
    keepers_exact_from: datetime | None
    people: Mapping[str, KnownPerson]
    teams: Mapping[str, str]
    places: Mapping[str, PlaceKeys]
    labels: Mapping[str, str]


@dataclass
class _Read:
    """What is collected while events and rows are read."""

    changes: list[FactChange] = field(default_factory=list)
    held: dict[Fact, Held] = field(default_factory=dict)
    people: dict[str, KnownPerson] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    vague: datetime | None = None
    begins: datetime | None = None

    def hold(self, fact: Fact, value: str = YES, since: datetime | None = None) -> None:
        """A row says this; an empty value says nothing."""
        if value:
            self.held[fact] = Held(value, since)

    def of_people(self, owner: str) -> Iterator[Fact]:
        """The facts on which the access of people depends."""
        facts = self.held.keys() | {change.fact for change in self.changes}
        with_role = {owner} | {fact.who for fact in facts if fact.kind in GIVES_ROLE}
        for fact in facts:
            if fact.kind not in KEEPERS and (fact.kind not in STANDING or fact.of in with_role):
                yield fact

    def of_keepers(self) -> frozenset[Fact]:
        """Who is administrator or auditor of the instance."""
        facts = self.held.keys() | {change.fact for change in self.changes}
        return frozenset(fact for fact in facts if fact.kind in KEEPERS)

    def note_removal(self, row: LogRow) -> None:
        """Older events than this were removed; events of older versions do not say until when."""
        told = row.details.get("until")
        until = datetime.fromisoformat(told) if told else row.at
        self.begins = max(until, self.begins or until)

    def replayed(self, facts: Collection[Fact]) -> Replay:
        """The timelines of these facts."""
        return replay(
            [change for change in self.changes if change.fact in facts],
            {fact: held for fact, held in self.held.items() if fact in facts},
            begins=self.begins,
            vague=self.vague,
            unread=frozenset(self.gone),
        )


def past_access(home: Workspace, others: Collection[UUID] = ()) -> PastAccess:
    """The history of a workspace, and of others of its organization, deleted ones too.

    A fixed number of queries, however long the log is.
    """
    keys, read = {home.pk, *others}, _Read()
    _read_events(read, keys)
    _read_places(read, home, keys)
    _read_roles(read, home, keys)
    _read_people(read, home, keys)
    whole = read.replayed(frozenset(read.of_people(str(home.owner_id))))
    of_keepers = read.replayed(read.of_keepers())
    present = replay([], {fact: Held(held.value) for fact, held in read.held.items()})
    of = (str(home.organization_id or ""), str(home.owner_id or ""))
    return PastAccess(
        history=AccessHistory({**whole.timelines, **of_keepers.timelines}),
        now=AccessHistory(present.timelines),
        exact_from=whole.exact_from,
        keepers_exact_from=of_keepers.exact_from,
        people=read.people,
        teams=read.teams,
        places={str(key): PlaceKeys(str(key), *of) for key in keys},
        labels=read.labels,
    )


def stays_of(
    credential: UUID, *, now_in: UUID | None, since: datetime | None
) -> tuple[Timeline, datetime | None]:
    """In which workspace a credential was when, and from when on that is exact.

    ``now_in``: where it is; None if it is in the bin. ``since``: when its row was made.
    """
    fact, read = Fact(FactKind.PLACE, str(credential)), _Read()
    rows = AuditEvent.objects.filter(target_id=str(credential), action__in=STAYS)
    # A move writes into two chains, which the log orders by their keys: it goes out, then in.
    for row in sorted(_log_rows(rows), key=lambda row: (row.at, row.action == COMES_IN)):
        read.changes += fact_changes(row)[0]
    read.hold(fact, str(now_in or ""), since)
    found = replay(read.changes, read.held)
    return found.timelines.get(fact, ALWAYS_NO), found.exact_from


def _log_rows(events: QuerySet[AuditEvent]) -> Iterator[LogRow]:
    for at, action, place, actor, who, target, what, details in (
        events.order_by("seq").values_list(*COLUMNS).iterator(chunk_size=CHUNK)
    ):
        yield LogRow(at, action, str(place or ""), str(actor or ""), who, target, what, details)


def _read_events(read: _Read, keys: Collection[UUID]) -> None:
    chains = Q(workspace_id__in=keys) | Q(workspace_id=None)
    for row in _log_rows(AuditEvent.objects.filter(chains, OF_MEMBERSHIP)):
        if row.action == REMOVE:
            read.note_removal(row)
            continue
        changes, is_whole = fact_changes(row)
        read.changes += changes
        if not is_whole:
            read.vague = row.at
        _read_labels(read, row)


def _read_labels(read: _Read, row: LogRow) -> None:
    """The names in the log; those of the rows come after them."""
    if row.actor:
        read.people[row.actor] = _labelled(row.actor, row.actor_label)
    if row.action.startswith("workspaces:team"):
        key = row.details.get("team_id") or row.target
        read.teams[key] = row.details.get("name", row.target_label)
        if "team_id" not in row.details or row.target == key:
            return
    names_place = row.action.startswith((*ABOUT_PLACES, "workspaces:invitation:"))
    if row.target and not names_place:
        read.people[row.target] = _labelled(row.target, row.target_label)
    if row.action == "accounts:account:purge":
        read.gone.add(row.target)


def _labelled(key: str, label: str) -> KnownPerson:
    name, _, email = label.rpartition(" <")
    return KnownPerson(key, name or label, email.rstrip(">"))


def _read_places(read: _Read, home: Workspace, keys: Collection[UUID]) -> None:
    rows = Workspace.every.filter(pk__in=keys).values_list(
        "pk", "name", "deleted_at", "archived_at", "organization__deleted_at"
    )
    found = set()
    for key, name, deleted, archived, with_organization in rows:
        found.add(key)
        read.labels[str(key)] = name
        of_itself = deleted if deleted != with_organization else None
        read.hold(Fact(FactKind.PLACE_DELETED, str(key)), YES if of_itself else NO, of_itself)
        read.hold(Fact(FactKind.ARCHIVED, str(key)), YES if archived else NO, archived)
        if with_organization:
            organization = Fact(FactKind.PLACE_DELETED, str(home.organization_id))
            read.hold(organization, YES, with_organization)
    read.gone |= {str(key) for key in set(keys) - found}


def _read_roles(read: _Read, home: Workspace, keys: Collection[UUID]) -> None:
    held = Participant.objects.filter(workspace__in=keys)
    for place, person, role, since in held.values_list("workspace", "user", "role", "created_at"):
        read.hold(Fact(FactKind.ROLE, str(place), str(person)), role, since)
    owners = OrganizationMember.objects.filter(
        organization=home.organization_id, role=OrganizationRole.OWNER
    )
    for person, since in owners.values_list("user", "created_at"):
        read.hold(Fact(FactKind.OWNER, str(home.organization_id), str(person)), YES, since)
    of_teams = TeamRole.objects.filter(workspace__in=keys)
    for place, team, role, name in of_teams.values_list("workspace", "team", "role", "team__name"):
        read.hold(Fact(FactKind.TEAM_ROLE, str(place), str(team)), role)
        read.teams[str(team)] = name
    members = TeamMember.objects.filter(team__organization=home.organization_id)
    for team, person, since, name in members.values_list(
        "team", "user", "created_at", "team__name"
    ):
        read.hold(Fact(FactKind.IN_TEAM, str(team), str(person)), YES, since)
        read.teams[str(team)] = name


def _read_people(read: _Read, home: Workspace, keys: Collection[UUID]) -> None:
    """Names and standing of everybody with a role now, of all who cannot sign in, and of who looks
    after the instance."""
    here = Q(
        pk__in=OrganizationMember.objects.filter(organization=home.organization_id).values("user")
    )
    here |= Q(pk__in=Participant.objects.filter(workspace__in=keys).values("user"))
    here |= Q(pk=home.owner_id)
    shown = Q(is_active=False) | Q(is_staff=True) | Q(is_auditor=True)
    for row in User.objects.filter(here | shown).only(*USER_COLUMNS):
        key = str(row.pk)
        read.people[key] = KnownPerson(key, row.name, row.email, row.second_factor_at is not None)
        suspended = row.deleted_suspended if row.deleted_at else not row.is_active
        read.hold(Fact(FactKind.SUSPENDED, key), YES if suspended else NO)
        read.hold(Fact(FactKind.DELETED, key), YES if row.deleted_at else NO, row.deleted_at)
        since = row.administrator_since
        read.hold(Fact(FactKind.ADMINISTRATOR, key), YES if row.is_staff else NO, since)
        read.hold(Fact(FactKind.AUDITOR, key), YES if row.is_auditor else NO)
