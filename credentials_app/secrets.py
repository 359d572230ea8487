"""The sealed content of a row: seals it, opens it, and compares it with the row."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction

from common.crypto import NotGenuine, get_key_ring
from common.fields import Sealed, open_sealed, seal_for
from credentials_app.models import Credential, FormerSecret, ServerRule, Trial
from registry.addresses.origins import Origin
from registry.secret import Secret
from workspaces import audit
from workspaces.rights.seat import Seat

Holder = Credential | Trial
Sealable = Holder | FormerSecret
COLUMN = "sealed"
Opening = tuple[str, str, int, str, str]
"""Table, key and version of the holder, reason and person of one opening."""
RECORDED: ContextVar[frozenset[Opening]] = ContextVar("openings", default=frozenset())
"""The openings of the current action whose audit events are committed."""
P = ParamSpec("P")
Result = TypeVar("Result")


class Reason(StrEnum):
    """Why a secret is opened; the audit event names it."""

    CHECK = "check"
    ADOPT = "adopt"
    REPLACE = "replace"
    CONFIRM = "confirm"
    TRY = "try"
    BRING_BACK = "bring back"
    EXAMINE = "examine"
    EXPORT = "export"
    FETCH = "fetch"


@dataclass(frozen=True)
class SealedContent:
    """The secret, and everything that decides who receives it.

    ``recipients`` None: not pinned yet.
    """

    secret: Secret
    username: str
    server: Origin
    recipients: frozenset[Origin] | None = None
    http: bool = False
    ca_sha256: str = ""

    def pinned_to(self, recipients: frozenset[Origin] | None) -> "SealedContent":
        return replace(self, recipients=recipients)


def rule_of(holder: Holder) -> ServerRule | None:
    """The rule of the row's workspace for its server."""
    return ServerRule.objects.filter(workspace=holder.workspace_id, origin=holder.server).first()


def rules_for(server: str) -> dict[UUID, ServerRule]:
    """The rules of all workspaces for this server, by the key of the workspace."""
    return {rule.workspace_id: rule for rule in ServerRule.objects.filter(origin=server)}


def http_origins_of(workspaces: Collection[UUID]) -> dict[UUID, frozenset[Origin]]:
    """The origins for which these workspaces allow http, by the key of the workspace."""
    found = dict.fromkeys(workspaces, frozenset[Origin]())
    allowed = ServerRule.objects.filter(workspace__in=workspaces, allow_http=True)
    for workspace, origin in allowed.values_list("workspace", "origin"):
        found[workspace] |= {Origin.parse(origin)}
    return found


def fingerprint(rule: ServerRule | None) -> str:
    """The SHA-256 of the certificates that a rule names; empty for none."""
    pem = rule.ca_pem if rule else ""
    return hashlib.sha256(pem.encode()).hexdigest() if pem else ""


def uses_http(server: Origin, rule: ServerRule | None) -> bool:
    """True if the secret travels unencrypted, as the rule allows."""
    return not server.is_https and rule is not None and rule.allow_http


def content_for(
    holder: Holder, secret: Secret, recipients: frozenset[Origin] | None = None
) -> SealedContent:
    """The content to seal for this row, from its columns and the workspace's rule."""
    rule, server = rule_of(holder), holder.origin
    return SealedContent(
        secret, holder.username, server, recipients, uses_http(server, rule), fingerprint(rule)
    )


def seal(holder: Sealable, content: SealedContent) -> None:
    """Seal the content into the row, with the digest of its secret. The caller saves the row."""
    setattr(holder, COLUMN, sealed_for(holder, content))
    if isinstance(holder, Credential):
        holder.secret_digest = digest_to_compare(content)


def sealed_for(holder: Sealable, content: SealedContent) -> Sealed:
    """Seal the content for this row and its version of the secret. The row does not change."""
    pins = content.recipients
    values = {
        "version": holder.secret_version,
        "secret": content.secret.reveal(),
        "username": content.username,
        "server": str(content.server),
        "recipients": None if pins is None else sorted(str(pin) for pin in pins),
        "tls": {"http": content.http, "ca_sha256": content.ca_sha256},
    }
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return seal_for(holder, COLUMN, text)


class NotRecorded(Exception):
    """The audit events of these openings are not committed yet; :func:`opens_secrets` does that."""

    def __init__(self, holders: Sequence[Sealable], reason: Reason, seat: Seat) -> None:
        super().__init__("An action that opens a secret is marked with opens_secrets.")
        self.holders, self.reason, self.seat = holders, reason, seat

    @property
    def keys(self) -> frozenset[Opening]:
        return frozenset(_opening(each, self.reason, self.seat) for each in self.holders)


def opens_secrets(action: Callable[P, Result]) -> Callable[P, Result]:
    """Mark an action of a person that opens secrets. It is called outside a transaction.

    At each opening the action ends and is undone, the audit event is committed, and the action
    begins again: no secret opens before its event stands in the log. Without the log none opens.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result:
        token = RECORDED.set(frozenset())
        try:
            while True:
                try:
                    return action(*args, **kwargs)
                except NotRecorded as opening:
                    _record_opening(opening)
                    RECORDED.set(RECORDED.get() | opening.keys)
        finally:
            RECORDED.reset(token)

    return run


def _opening(holder: Sealable, reason: Reason, seat: Seat) -> Opening:
    return (holder._meta.label, str(holder.pk), holder.secret_version, reason, str(seat.user.pk))


def _record_opening(opening: NotRecorded) -> None:
    """Commit the events now; RuntimeError inside another transaction, which could undo them."""
    details = {"reason": opening.reason.value}
    with transaction.atomic(durable=True), audit.together():
        for holder in opening.holders:
            audit.record(
                "credentials:secret:open", seat=opening.seat, target=holder, details=details
            )


def record_openings(holders: Sequence[Sealable], *, reason: Reason, seat: Seat) -> None:
    """Have the events of several openings committed together, before the first one is opened."""
    missing = [each for each in holders if _opening(each, reason, seat) not in RECORDED.get()]
    if missing:
        raise NotRecorded(missing, reason, seat)


def open_secret(holder: Sealable, *, reason: Reason, seat: Seat | None = None) -> SealedContent:
    """Open the sealed content of the row.

    If a person opens it (``seat``), the audit event is committed before, by :func:`opens_secrets`;
    for a check, with the claim. Raises :class:`common.crypto.CannotOpen`, also for the content of
    another version of the secret: somebody has put an older value back. Content of a release
    without versions opens.
    """
    if seat is not None:
        record_openings([holder], reason=reason, seat=seat)
    values = json.loads(open_sealed(holder, COLUMN))
    if values.get("version", holder.secret_version) != holder.secret_version:
        raise NotGenuine("sealed for another version of the secret")
    pins = values["recipients"]
    return SealedContent(
        secret=Secret(values["secret"]),
        username=values["username"],
        server=Origin.parse(values["server"]),
        recipients=None if pins is None else frozenset(Origin.parse(pin) for pin in pins),
        http=values["tls"]["http"],
        ca_sha256=values["tls"]["ca_sha256"],
    )


def fits(content: SealedContent, holder: Holder, rule: ServerRule | None) -> bool:
    """True if the sealed content agrees with the row and the rule; otherwise nothing is sent."""
    server = holder.origin
    sealed = (content.username, content.server, content.http, content.ca_sha256)
    return sealed == (holder.username, server, uses_http(server, rule), fingerprint(rule))


def digest_to_compare(content: SealedContent) -> str:
    """The keyed digest of the secret, with the name of its key: equal for equal secrets.

    It has a label of its own, so that it is equal to no other digest. It leaves the database only
    to be compared: no page, export, mail or log has it.
    """
    ring = get_key_ring()
    return f"{ring.names[0]}:{ring.digest('same secret', (content.secret.reveal(),))}"


def login_digest(content: SealedContent, tenant: str) -> str:
    """The keyed digest of this tenant, server, user name and secret.

    It tells whether a login is one that was refused before; no other tenant has the same digest.
    """
    parts = (tenant, str(content.server), content.username, content.secret.reveal())
    return get_key_ring().digest("refused login", parts)
