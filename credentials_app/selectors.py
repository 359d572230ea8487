"""Reading: what pages, tasks and the admin ask for."""

from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import BooleanField, Case, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from credentials_app.expiry import TOLD, WARNING
from credentials_app.models import (
    IS_TRUSTED,
    CheckRun,
    Credential,
    RegistryOrigin,
    ServerRule,
    StatusChange,
    Trial,
)
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, Status
from registry.addresses.origins import Origin
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

Row = TypeVar("Row", Credential, Trial)
TRUSTED = Case(When(IS_TRUSTED, then=True), default=False, output_field=BooleanField())


def credentials_in(workspace: Workspace) -> QuerySet[Credential]:
    """Everything of a workspace, with owners; the sealed column stays where it is."""
    return workspace.credentials.select_related("owner").defer("sealed", "notes")


def credential_of(seat: Seat, pk: UUID) -> Credential | None:
    """This workspace's credential of this id, or None."""
    rows = Credential.objects.filter(workspace=seat.workspace, pk=pk)
    return rows.select_related("owner", "workspace__organization", "workspace__rule").first()


def with_own_schedule(workspace: Workspace) -> QuerySet[Credential]:
    """Those that say themselves how often to look at them or when to remind."""
    names = ("pk", "workspace", "name", "check_every", "remind_before")
    says = Q(check_every__isnull=False) | Q(remind_before__isnull=False)
    return workspace.credentials.filter(says).only(*names)


def locked(seat: Seat, credential: Credential) -> Credential:
    """The row as it is now, held until the transaction ends; DoesNotExist in another place."""
    rows = Credential.objects.select_for_update(of=("self",)).filter(workspace=seat.workspace)
    return rows.select_related("owner", "workspace__organization").get(pk=credential.pk)


def matching(
    rows: QuerySet[Credential], *, search: str = "", status: str = "", now: datetime
) -> QuerySet[Credential]:
    """Narrow a list by words in name, server, user name or repository, and by a status filter."""
    for word in search.split()[:10]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(server__icontains=word)
            | Q(username__icontains=word)
            | Q(repository__icontains=word)
        )
    return rows.filter(of_status(status, now)) if status else rows


def of_status(status: str, now: datetime) -> Q:
    """Which rows the status filter leaves."""
    if status == EXPIRING.key:
        told, typed = expiring(now)
        return told | typed
    if status == COULD_NOT_CHECK.key:
        return Q(could_not_look_shown=True)
    return Q(status=status)


def expiring(now: datetime) -> tuple[Q, Q]:
    """Working logins whose end is near: those whose end was told, and those where it was typed."""
    works, end = Q(status=Status.VALID), now + WARNING
    told = Q(expires_source__in=[source.value for source in TOLD])
    day = end.astimezone(UTC).date()
    return works & told & Q(expires_at__lte=end), works & ~told & Q(expires_on__lte=day)


def name_is_taken(workspace: Workspace, name: str, *, but: UUID | None = None) -> bool:
    """Whether another credential of the workspace has this name, however capitalized."""
    named = Credential.objects.filter(workspace=workspace, name__iexact=name)
    return (named.exclude(pk=but) if but else named).exists()


def same_login(
    workspace: Workspace,
    *,
    server: Origin,
    username: str,
    repository: str,
    but: UUID | None = None,
) -> Credential | None:
    """Another credential for the same server, user name and repository."""
    same = Credential.objects.filter(
        workspace=workspace, server=str(server), username=username, repository=repository
    )
    return (same.exclude(pk=but) if but else same).first()


def latest_run(credential: Credential) -> CheckRun | None:
    """The newest check that counted, with its trail."""
    return credential.runs.filter(counted=True).order_by("-started_at").first()


def history_of(credential: Credential) -> tuple[QuerySet[CheckRun], QuerySet[StatusChange]]:
    """Checks and changes, newest first; the trails of the checks are left out."""
    runs = credential.runs.order_by("-started_at", "-pk").defer("evidence")
    return runs, credential.changes.order_by("-at", "-pk")


def rules_of(workspace: Workspace) -> QuerySet[ServerRule]:
    """The server rules of a workspace."""
    return ServerRule.objects.filter(workspace=workspace).order_by("origin")


def rule_for(workspace: Workspace, origin: Origin) -> ServerRule | None:
    """The workspace's rule for this server."""
    return ServerRule.objects.filter(workspace=workspace, origin=str(origin)).first()


def origin_of(credential: Credential) -> RegistryOrigin | None:
    """What is known of the credential's registry: why a check may have to wait."""
    return RegistryOrigin.objects.filter(origin=credential.server).first()


def asked_for(now: datetime) -> QuerySet[Credential]:
    """Those that a person waits for, who has waited longest first."""
    return _due(Credential.objects.all(), now).filter(asked_at__isnull=False).order_by("asked_at")


def due_in_turns(
    now: datetime, *, most: int, server: str = ""
) -> "QuerySet[Credential, tuple[UUID, str, bool]]":
    """What is due and nobody waits for (key, server, whether it is trusted): workspaces take
    turns at each server.

    Within a workspace those that worked go first, then who is due longest. No workspace gets
    more than ``most`` turns at a server, so that many rows of one do not hide those of others.
    """
    due = _due(Credential.objects.all(), now).filter(asked_at__isnull=True)
    if server:
        due = due.filter(server=server)
    turn = Window(
        RowNumber(),
        partition_by=["server", "workspace"],
        order_by=[TRUSTED.desc(), "next_check_at", "pk"],
    )
    ranked = due.annotate(trusted=TRUSTED, turn=turn).filter(turn__lte=most)
    in_turns = ranked.order_by("turn", "-trusted", "next_check_at", "pk")
    return in_turns.values_list("pk", "server", "trusted")


def trials_due(now: datetime) -> QuerySet[Trial]:
    """Trials whose nudge was lost."""
    return _due(Trial.objects.all(), now)


def _due(rows: QuerySet[Row], now: datetime) -> QuerySet[Row]:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return rows.filter(free, next_check_at__lte=now)


def unannounced() -> QuerySet[StatusChange]:
    """Changes that people are to hear of and have not."""
    return StatusChange.objects.filter(told_at__isnull=True).exclude(tell="").order_by("at")
