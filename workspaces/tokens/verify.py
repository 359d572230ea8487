"""Verifies a token, and gives its person a seat with the rights that token and role share."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from common import throttle
from common.clock import database_now
from common.restore_pause import RestorePause
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import ApiToken, ApiTokenPlace, User, Workspace
from workspaces.rights.access import lacks_factor, open_to, role_of
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope, with_included
from workspaces.tokens.token_text import api_token_hash, is_token_text

USE_NOTED_EVERY = timedelta(minutes=1)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class TokenFault(StrEnum):
    """Why a token is refused."""

    UNKNOWN = "token_unknown"
    ENDED = "token_ended"
    EXPIRED = "token_expired"
    SUSPENDED = "token_suspended"
    PAUSED = "tokens_paused"
    NETWORK = "network_not_allowed"


class TokenRefused(Exception):
    """The token is not accepted; ``fault`` says why. The message never has the token."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class OutOfScope(Exception):
    """The token lacks the scope that this needs."""

    def __init__(self, scope: TokenScope) -> None:
        super().__init__(scope.value)
        self.scope = scope


class RoleRefused(Exception):
    """The role of the token's person does not have the right that this needs."""


class FactorMissing(Exception):
    """The organization requires a second factor, and the token's person has none."""


@dataclass(frozen=True)
class TokenBearer:
    """A verified token: its person, its scopes with those that they include, and the caller."""

    token: ApiToken
    person: User
    scopes: frozenset[TokenScope]
    caller: Caller

    def require(self, scope: TokenScope) -> None:
        """Raise OutOfScope if the token lacks the scope."""
        if scope not in self.scopes:
            raise OutOfScope(scope)


def verify_token(text: str, *, caller: Caller, agent: str = "") -> TokenBearer:
    """The bearer of this token. ``agent``: what the client calls itself.

    Notes the use, at most once a minute. Raises TokenRefused.
    """
    now = database_now()
    row = token_of(text)
    if row is None:
        raise TokenRefused(TokenFault.UNKNOWN)
    caller = Caller(caller.via, caller.address, caller.request_id, row.start)
    fault = _fault(row, caller.address, now)
    if fault is not None:
        _record_refusal(row, fault, caller)
        raise TokenRefused(fault)
    scopes = with_included(frozenset(TokenScope(each) for each in row.scopes))
    if row.prefixes:  # what it may change could be moved to within them
        scopes -= {TokenScope.CREDENTIALS_WRITE}
    _note_use(row, caller, agent, now)
    return TokenBearer(row, row.person, scopes, caller)


def token_of(text: str) -> ApiToken | None:
    """The row of this token, in whatever state it is, with ``is_paused``."""
    if not is_token_text(text):
        return None
    digest = api_token_hash(text)
    rows = ApiToken.objects.select_related("person")
    row = rows.annotate(is_paused=Exists(RestorePause.objects.all())).filter(hash=digest).first()
    return row if row is not None and hmac.compare_digest(row.hash, digest) else None


def bearer_places(bearer: TokenBearer) -> "QuerySet[Workspace]":
    """The workspaces in which the token may be used now, as ``open_to`` returns them."""
    places = ApiTokenPlace.objects.filter(token=bearer.token, ended_at=None)
    return open_to(bearer.person).filter(pk__in=places.values("workspace"), is_sample=False)


def bearer_seat(bearer: TokenBearer, workspace: UUID, *, scope: TokenScope, can: Can) -> Seat:
    """The seat of the token's person in this workspace, for an action that needs both.

    Raises Workspace.DoesNotExist if the token is not for it, or nobody has it; OutOfScope,
    RoleRefused, FactorMissing.
    """
    found = bearer_places(bearer).filter(pk=workspace).first()
    if found is None:
        raise Workspace.DoesNotExist
    bearer.require(scope)
    if lacks_factor(bearer.person, found.organization):
        raise FactorMissing
    seat = Seat(bearer.person, found, role_of(found), bearer.caller)
    if not allows(seat.role, can):
        raise RoleRefused
    return seat


def _fault(row: ApiToken, address: str, now: datetime) -> TokenFault | None:
    if row.ended_at is not None:
        return TokenFault.ENDED
    if row.expires_at <= now:
        return TokenFault.EXPIRED
    if not row.person.is_active or row.person.deleted_at is not None:
        return TokenFault.SUSPENDED
    if getattr(row, "is_paused", False):
        return TokenFault.PAUSED
    return None if _is_within(row.networks, address) else TokenFault.NETWORK


def _is_within(networks: list[str], address: str) -> bool:
    """True if the address is in one of the networks, or there are none."""
    if not networks:
        return True
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in ip_network(each) for each in networks)


def _note_use(row: ApiToken, caller: Caller, agent: str, now: datetime) -> None:
    """Write down the use; one UPDATE decides which of several requests does it."""
    if row.used_at is not None and row.used_at > now - USE_NOTED_EVERY:
        return
    before = Q(used_at=None) | Q(used_at__lte=now - USE_NOTED_EVERY)
    plain = "".join(sign for sign in agent if sign.isprintable())[:200]
    changed = ApiToken.objects.filter(before, pk=row.pk).update(
        used_at=now, used_address=caller.address, used_agent=plain
    )
    day = f"token-use:{row.pk}:{now:%Y-%m-%d}:{caller.address}"
    if changed and throttle.allow(day, 1, DAY):
        audit.record("tokens:token:use", actor=row.person, target=row, caller=caller)


def _record_refusal(row: ApiToken, fault: TokenFault, caller: Caller) -> None:
    """Write down that a known token was refused, once an hour for each reason."""
    if throttle.allow(f"token-refused:{row.pk}:{fault}", 1, HOUR):
        details = {"reason": fault.value}
        audit.record(
            "tokens:token:refuse",
            actor=row.person,
            target=row,
            outcome="denied",
            details=details,
            caller=caller,
        )
