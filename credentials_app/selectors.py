"""Queries of pages, tasks and the admin for credentials, checks and changes."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import (
    Aggregate,
    BooleanField,
    Case,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from credentials_app.expiry import TOLD, WARNING
from credentials_app.models import (
    IS_TRUSTED,
    CheckProgress,
    CheckRun,
    Credential,
    OwnAddress,
    ReportSubscription,
    SavedView,
    SeenAddress,
    ServerRule,
    StatusChange,
    Tag,
    Trial,
)
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from workspaces.models import AuditEvent, User, Workspace
from workspaces.rights.refusals import ArchivedMeanwhile
from workspaces.rights.seat import Seat

Row = TypeVar("Row", Credential, Trial)
IS_TOLD = Q(expires_source__in=sorted(source.value for source in TOLD))
"""The registry or the secret names the end, so that a typed one does not count."""
TRUSTED = Case(When(IS_TRUSTED, then=True), default=False, output_field=BooleanField())


class JoinedWords(Aggregate):
    """The values of a group with a space between them, in no certain order."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ' ')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By the name that SQLite has for it."""
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def with_tags(rows: QuerySet[Credential]) -> QuerySet[Credential]:
    """The same rows, each with the names of its tags for ``tags_of``, in the same statement."""
    own = Tag.every.filter(credential=OuterRef("pk")).order_by().values("credential")
    names = own.annotate(names=JoinedWords("name")).values("names")
    return rows.annotate(tag_names=Subquery(names))


def credentials_in(workspace: Workspace) -> QuerySet[Credential]:
    """The credentials of a workspace with owners and tags, without the sealed values and notes."""
    rows = workspace.credentials.select_related("owner").defer("sealed", "notes", "searched_text")
    return with_tags(rows)


def credential_of(seat: Seat, pk: UUID) -> Credential | None:
    """The credential with this id; None if the workspace has none."""
    rows = with_tags(Credential.objects.filter(workspace=seat.workspace, pk=pk))
    return rows.select_related("owner", "workspace__organization", "workspace__rule").first()


def with_own_schedule(workspace: Workspace) -> QuerySet[Credential]:
    """The credentials that have an interval or reminders of their own."""
    names = ("pk", "workspace", "name", "check_every", "remind_before")
    own = Q(check_every__isnull=False) | Q(remind_before__isnull=False)
    return workspace.credentials.filter(own).only(*names)


def progress_of_check(row: Credential | Trial) -> CheckProgress | None:
    """The steps so far of the check that holds this row; None if nobody waits for it."""
    if row.lease_id is None:
        return None
    return CheckProgress.objects.filter(pk=row.lease_id).first()


def locked(seat: Seat, credential: Credential) -> Credential:
    """The current row, locked until the transaction ends.

    Raises ``Credential.DoesNotExist`` if it is not in the workspace of the seat,
    ArchivedMeanwhile if somebody archived it while this waited for the lock.
    """
    rows = Credential.objects.select_for_update(of=("self",)).filter(workspace=seat.workspace)
    row = rows.select_related("owner", "workspace__organization").get(pk=credential.pk)
    if Workspace.objects.filter(pk=row.workspace_id, archived_at__isnull=False).exists():
        raise ArchivedMeanwhile
    return row


def locked_place(workspace: Workspace) -> Workspace:
    """The current row of a workspace into which something is stored, locked until the transaction
    ends. Raises Workspace.DoesNotExist if it is deleted, ArchivedMeanwhile."""
    row = Workspace.objects.select_for_update(of=("self",), no_key=True).get(pk=workspace.pk)
    if row.archived_at is not None:
        raise ArchivedMeanwhile
    return row


def expiring(now: datetime) -> tuple[Q, Q]:
    """Working logins whose end is near: those whose end a check found, and those whose end a
    person typed."""
    works, end = Q(status=Status.VALID), now + WARNING
    return works & IS_TOLD & Q(expires_at__lte=end), works & ~IS_TOLD & Q(expires_on__lte=_day(end))


def ends_until(now: datetime, last: datetime) -> Q:
    """The end is still to come, and not after this moment."""
    told = IS_TOLD & Q(expires_at__gt=now, expires_at__lte=last)
    return told | (~IS_TOLD & Q(expires_on__gt=_day(now), expires_on__lte=_day(last)))


def _day(at: datetime) -> date:
    """A typed end is past when its day begins in UTC."""
    return at.astimezone(UTC).date()


def name_is_taken(workspace: Workspace, name: str, *, but: UUID | None = None) -> bool:
    """True if a credential of the workspace other than ``but`` has this name, in any case."""
    named = Credential.objects.filter(workspace=workspace, name__iexact=name)
    return (named.exclude(pk=but) if but else named).exists()


def names_like(workspace: Workspace, start: str) -> set[str]:
    """The names in the workspace that begin like this, in small letters."""
    named = Credential.objects.filter(workspace=workspace, name__istartswith=start)
    return {name.lower() for name in named.values_list("name", flat=True)}


def same_login(
    workspace: Workspace,
    *,
    server: Origin,
    username: str,
    repository: str,
    but: UUID | None = None,
) -> Credential | None:
    """A credential other than ``but`` for the same server, user name and repository."""
    same = Credential.objects.filter(
        workspace=workspace, server=str(server), username=username, repository=repository
    )
    return (same.exclude(pk=but) if but else same).first()


def latest_run(credential: Credential) -> CheckRun | None:
    """The newest check that counted, with its evidence."""
    return credential.runs.filter(counted=True).order_by("-started_at").first()


def addresses_of(credential: Credential) -> list[tuple[SeenAddress, bool]]:
    """The addresses from which its present secret was used, the newest first, each with whether its
    server sees our own calls from there."""
    own = OwnAddress.objects.filter(workspace=credential.workspace_id, server=credential.server)
    ours = own.filter(address=OuterRef("address"))
    seen = credential.seen_addresses.filter(last_at__gte=credential.secret_set_at)
    rows = seen.annotate(is_ours=Exists(ours)).order_by("-first_at", "pk")
    return [(row, bool(row.is_ours)) for row in rows]


def history_of(credential: Credential) -> tuple[QuerySet[CheckRun], QuerySet[StatusChange]]:
    """Checks and status changes, newest first; the evidence of the checks is deferred."""
    runs = credential.runs.order_by("-started_at", "-pk").defer("evidence")
    return runs, credential.changes.order_by("-at", "-pk")


class ShortRun(NamedTuple):
    """A check without its evidence; of its verdict, the key of the cause (None: it has none)."""

    pk: UUID
    started_at: datetime
    outcome: str
    counted: bool
    cause: str | None = None


def short_runs(credential: Credential, most: int) -> list[ShortRun]:
    """The latest checks, the newest first."""
    runs = credential.runs.order_by("-started_at", "-pk")
    columns = ("pk", "started_at", "outcome", "counted", "verdict__message__key")
    return [ShortRun(*row) for row in runs.values_list(*columns)[:most]]


def first_good(credential: Credential) -> datetime | None:
    """The first kept check that found the stored secret valid."""
    runs = credential.runs.filter(
        started_at__gte=credential.secret_set_at, outcome=Outcome.VALID, counted=True
    )
    return runs.order_by("started_at").values_list("started_at", flat=True).first()


def deeds_at(credential: Credential, actions: Collection[str], most: int) -> QuerySet[AuditEvent]:
    """The latest of these actions of people at a credential, the newest first."""
    return AuditEvent.objects.filter(target_id=str(credential.pk), action__in=actions)[:most]


def views_for(workspace: Workspace, person: User) -> QuerySet[SavedView]:
    """The views that this person has in the workspace: their own, then the workspace's."""
    seen = Q(owner__isnull=True) | Q(owner=person)
    order = (F("owner").asc(nulls_last=True), "name_key")
    return SavedView.objects.filter(seen, workspace=workspace).order_by(*order)


def owners_among(workspace: Workspace, people: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and address of those of these people who own a credential of the workspace."""
    owning = Credential.objects.filter(workspace=workspace).order_by().values("owner")
    found = User.objects.filter(pk__in=people).filter(pk__in=owning)
    return {str(pk): (name, email) for pk, name, email in found.values_list("pk", "name", "email")}


def reports_that_follow(view: SavedView) -> QuerySet[ReportSubscription]:
    """The subscriptions whose report is about this view."""
    return ReportSubscription.objects.filter(view=view)


def rules_of(workspace: Workspace) -> QuerySet[ServerRule]:
    return ServerRule.objects.filter(workspace=workspace).order_by("origin")


def rule_for(workspace: Workspace, origin: Origin) -> ServerRule | None:
    return ServerRule.objects.filter(workspace=workspace, origin=str(origin)).first()


def asked_for(now: datetime) -> QuerySet[Credential]:
    """The due credentials that a person asked to check, the oldest request first."""
    return (
        _due(Credential.objects.all(), now)
        .filter(asked_at__isnull=False)
        .order_by("asked_at", "pk")
    )


def due_in_turns(
    now: datetime, *, most: int, tenant: Expression, server: str = ""
) -> "QuerySet[Credential, tuple[UUID, str, UUID]]":
    """The due credentials that no person asked to check, as (key, server, key of the tenant).

    Workspaces take turns at each server. Within a workspace trusted credentials come first, then
    those that are due longest. No workspace gets more than ``most`` turns at a server, so that
    the rows of a large workspace do not hide those of others. ``tenant``: the expression of the
    key of a row's tenant.
    """
    due = _due(Credential.objects.all(), now).filter(asked_at__isnull=True)
    if server:
        due = due.filter(server=server)
    turn = Window(
        RowNumber(),
        partition_by=["server", "workspace"],
        order_by=[TRUSTED.desc(), "next_check_at", "pk"],
    )
    ranked = due.annotate(trusted=TRUSTED, tenant=tenant, turn=turn).filter(turn__lte=most)
    in_turns = ranked.order_by("turn", "-trusted", "next_check_at", "pk")
    return in_turns.values_list("pk", "server", "tenant")


def server_with_more_due(pks: Collection[UUID | str], now: datetime) -> str:
    """The server of these credentials, if any of its credentials is due; otherwise empty."""
    servers = Credential.objects.filter(pk__in=pks).values("server")
    due = _due(Credential.objects.filter(server__in=servers), now).filter(asked_at__isnull=True)
    return due.values_list("server", flat=True).order_by("server").first() or ""


def trials_due(now: datetime) -> QuerySet[Trial]:
    """The due trials: a task was enqueued for each when it began, and may be lost."""
    return _due(Trial.objects.all(), now)


def _due(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return rows.filter(free, next_check_at__lte=now)


def unannounced() -> QuerySet[StatusChange]:
    """The status changes whose notification is pending, the oldest first."""
    return StatusChange.objects.filter(told_at__isnull=True).exclude(tell="").order_by("at", "pk")
