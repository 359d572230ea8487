"""Writes down who did what: a plain call inside the transaction of the deed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Model
from django.http import HttpRequest

from workspaces.models import AuditEvent, User, Workspace

Plain = str | int | bool | None
# What an event may tell beside its columns. A new key is added here after thinking of secrets.
DETAILS = """
action address batch cause change check checks count credential email fields flags ids name need
new old old_name old_role old_status organization outcome owner pins provider purpose reason
repository right role route row scopes server sign_in_host slug status version workspace
"""
DETAIL_KEYS = frozenset(DETAILS.split())


@dataclass(frozen=True)
class Caller:
    """How a deed came in: by page, worker or command, from which address, in which request."""

    via: str
    address: str = ""
    request_id: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Caller":
        """The caller behind a page. The middleware has judged the forwarded address already."""
        address = getattr(request, "client_address", request.META.get("REMOTE_ADDR", ""))
        return cls("web", str(address)[:45], str(getattr(request, "request_id", ""))[:64])


class Acting(Protocol):
    """A seat, as the log reads it: who acts, and how they came in."""

    @property
    def user(self) -> User:
        """The person."""

    @property
    def caller(self) -> Caller:
        """How they came in."""


class UnknownDetail(ValueError):
    """A detail that nobody has allowed. A bug, told by its key alone."""


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
    """Add one event. ``actor`` is a person, or a word for what acted on its own."""
    actor = seat.user if seat else actor or "system"
    caller = seat.caller if seat and caller is None else caller or Caller("worker")
    if workspace is None:
        workspace = getattr(seat, "workspace", None)  # a seat in an organization has none
    person = actor if isinstance(actor, User) else None
    return AuditEvent.objects.create(
        workspace_id=workspace.pk if workspace else None,
        workspace_label=workspace.label if workspace else "",
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
        details=_allowed(details or {}),
    )


def _allowed(details: Mapping[str, Plain | Sequence[Plain]]) -> dict[str, object]:
    """Known keys with plain values; anything else is refused without being printed."""
    kept: dict[str, object] = {}
    for key, value in details.items():
        many = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        if key not in DETAIL_KEYS or not all(
            item is None or type(item) in {str, int, bool} or isinstance(item, str) for item in many
        ):
            raise UnknownDetail(key)
        kept[key] = many if isinstance(value, list | tuple | set | frozenset) else value
    return kept
