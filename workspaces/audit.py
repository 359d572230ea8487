"""Records audit events. An action calls :func:`record` in its own transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from django.db.models import BigIntegerField, F, Func, Model, OuterRef, Subquery, Sum
from django.http import HttpRequest

from common.clock import database_now
from workspaces import audit_heads
from workspaces.models import AuditEvent, User, Workspace
from workspaces.models.audit_event import OPENED_FOR_CHECKS

Plain = str | int | bool | None
# The allowed keys of ``details``. Before you add one, make sure that it cannot contain a secret.
DETAILS = """
action address batch cause change check checks count credential delivery digest email fields flags
gap held ids name names need new old old_name old_role old_status organization organization_id
outcome owner pins provider purpose reason repository right role route row scopes server
sign_in_host slug status tags team_id teams through token version workspace
"""
DETAIL_KEYS = frozenset(DETAILS.split())
COLLECTED: ContextVar[list[AuditEvent] | None] = ContextVar("audit events", default=None)
"""The events of the current block of :func:`together`."""
AT_ONCE = 20
"""So many changes of a workspace may be under way at the same moment."""


@dataclass(frozen=True)
class Caller:
    """The origin of an action: page, API, worker or command, with client address and request id.

    ``token``: the first characters of the API token, if one was used.
    """

    via: str
    address: str = ""
    request_id: str = ""
    token: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Caller":
        """The caller of a request. The middleware has already resolved the forwarded address."""
        address = getattr(request, "client_address", request.META.get("REMOTE_ADDR", ""))
        return cls("web", str(address)[:45], str(getattr(request, "request_id", ""))[:64])

    @property
    def details(self) -> dict[str, str]:
        """What an event says of the caller in its details."""
        return {"token": self.token} if self.token else {}


class Acting(Protocol):
    """The part of a seat that an event needs."""

    @property
    def user(self) -> User:
        """The person who acts."""

    @property
    def caller(self) -> Caller:
        """The origin of the action."""


class UnknownDetail(ValueError):
    """A detail that is not allowed: a bug. The message contains the key only."""


def record(
    action: str,
    *,
    seat: Acting | None = None,
    actor: User | str | None = None,
    workspace: Workspace | None = None,
    target: Model | None = None,
    target_label: str = "",
    outcome: str = "done",
    details: Mapping[str, Plain | Sequence[Plain]] | None = None,
    caller: Caller | None = None,
) -> AuditEvent:
    """Add one event. ``actor`` is a person, or a word if no person acted.

    Call it last in a transaction: until the end of that, nobody else can add an event of the same
    workspace. An action that goes on to lock rows does so within :func:`together`.
    """
    actor = seat.user if seat else actor or "system"
    caller = seat.caller if seat and caller is None else caller or Caller("worker")
    if workspace is None:
        workspace = getattr(seat, "workspace", None)  # a seat in an organization has none
    person = actor if isinstance(actor, User) else None
    event = AuditEvent(
        at=database_now(),
        workspace_id=workspace.pk if workspace else None,
        workspace_label=_label(workspace) if workspace else "",
        actor_type="person" if person else "system",
        actor_id=person.pk if person else None,
        actor_label=str(actor)[:360],
        via=caller.via,
        address=caller.address,
        request_id=caller.request_id,
        action=action,
        target_type=target._meta.model_name or "" if target else "",
        target_id=str(target.pk) if target else "",
        target_label=(target_label or (str(target) if target else ""))[:360],
        outcome=outcome,
        details=_allowed({**(details or {}), **caller.details}),
    )
    collected = COLLECTED.get()
    if collected is None:
        audit_heads.append([event])
    else:
        collected.append(event)
    return event


@contextmanager
def together() -> Iterator[None]:
    """Store the events of the block at its end, in one go; none if it fails.

    Within the block, :func:`record` returns events that are not stored yet.
    """
    outer = COLLECTED.get()
    if outer is not None:
        yield from _within(outer)
        return
    collected: list[AuditEvent] = []
    token = COLLECTED.set(collected)
    try:
        yield
    finally:
        COLLECTED.reset(token)
    if collected:
        audit_heads.append(collected)


def _within(collected: list[AuditEvent]) -> Iterator[None]:
    """A block within another one: if it fails, its events are taken out again."""
    before = len(collected)
    try:
        yield
    except BaseException:
        del collected[before:]
        raise


def newest_change(workspaces: Collection[Workspace]) -> int:
    """A number that grows with each event of these workspaces that is more than an opened secret.

    It is the sum of the newest numbers: an event whose transaction was slow becomes visible after
    events with a higher number.
    """
    events = AuditEvent.objects.filter(workspace_id=OuterRef(OuterRef("pk")))
    newest = events.exclude(action=OPENED_FOR_CHECKS).order_by("-seq").values("seq")[:AT_ONCE]
    total = Func(F("seq"), function="SUM", output_field=BigIntegerField())
    sums = AuditEvent.objects.filter(seq__in=newest).order_by().annotate(total=total)
    places = Workspace.objects.filter(pk__in=[each.pk for each in workspaces])
    found = places.annotate(newest=Subquery(sums.values("total"))).aggregate(of_all=Sum("newest"))
    return int(found["of_all"] or 0)


def _label(workspace: Workspace) -> str:
    return workspace.name if workspace.is_personal else workspace.label


def _allowed(details: Mapping[str, Plain | Sequence[Plain]]) -> dict[str, object]:
    """The details, if all keys are known and all values are plain. Raises UnknownDetail."""
    allowed: dict[str, object] = {}
    for key, value in details.items():
        items = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        if key not in DETAIL_KEYS or not all(
            item is None or type(item) in {str, int, bool} or isinstance(item, str)
            for item in items
        ):
            raise UnknownDetail(key)
        allowed[key] = items if isinstance(value, list | tuple | set | frozenset) else value
    return allowed
