"""The authentication of the API: a token in the header Authorization, and nothing else."""

import re
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from api.errors import BEARER, ApiError, Code, problem_of_fault, too_early
from common.clock import database_now
from credentials_app.models import Credential
from credentials_app.selectors import credential_of
from workspaces.audit import Caller
from workspaces.models.api_token import TokenEnd
from workspaces.rights.roles import OPEN_IN_ARCHIVES, Can
from workspaces.rights.seat import Seat
from workspaces.tokens.life import end_token
from workspaces.tokens.pace import Pace, PacePolicy, take_request
from workspaces.tokens.scopes import TokenScope
from workspaces.tokens.token_text import TOKEN_PATTERN
from workspaces.tokens.verify import TokenBearer, TokenRefused, bearer_seat, token_of, verify_token

BY_TOKEN = re.compile(r"(?i)bearer +(\S+)\s*")


class TokenAuth(HttpBearer):
    """Verifies the token of a request and counts the request in its rate limit."""

    def __init__(self, policy: PacePolicy = PacePolicy.REQUESTS) -> None:
        super().__init__()
        self.policy = policy

    def __call__(self, request: HttpRequest) -> TokenBearer:
        """The bearer of the request's token. Raises ApiError."""
        text = token_text_of(request)
        try:
            bearer = verify_token(
                text, caller=caller_of(request), agent=request.headers.get("User-Agent", "")
            )
        except TokenRefused as refused:
            raise problem_of_fault(refused.fault) from None
        pace = take_request(bearer.token, self.policy, database_now())
        request.pace = pace  # type: ignore[attr-defined]  # a note on the request
        if not pace.allowed:
            raise too_early(Code.QUOTA_EXCEEDED, pace.resets_at)
        return bearer

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Never called: :meth:`__call__` reads the header."""
        raise NotImplementedError


def token_text_of(request: HttpRequest) -> str:
    """The token in the header Authorization. Raises ApiError if there is none."""
    found = BY_TOKEN.fullmatch(request.headers.get("Authorization", ""))
    if found is None:
        raise ApiError(Code.TOKEN_MISSING, headers=BEARER)
    return found[1]


def caller_of(request: HttpRequest) -> Caller:
    """The caller of a request to the API."""
    of_page = Caller.of(request)
    return Caller("api", of_page.address, of_page.request_id)


def bearer_of(request: HttpRequest) -> TokenBearer:
    """The bearer whom :class:`TokenAuth` found."""
    bearer: TokenBearer = request.auth  # type: ignore[attr-defined]  # ninja sets it
    return bearer


def seat_of(request: HttpRequest, workspace: UUID, *, scope: TokenScope, can: Can) -> Seat:
    """The seat of the token's person in this workspace, for an action that needs both.

    Raises Workspace.DoesNotExist, OutOfScope, RoleRefused, FactorMissing, and ApiError for what is
    closed in an archived workspace. No token is for a sample.
    """
    seat = bearer_seat(bearer_of(request), workspace, scope=scope, can=can)
    if seat.workspace.archived_at and can not in OPEN_IN_ARCHIVES:
        raise ApiError(Code.ARCHIVED)
    return seat


def credential_for(
    request: HttpRequest, workspace: UUID, credential: UUID, *, scope: TokenScope, can: Can
) -> tuple[Seat, Credential]:
    """The seat, and a credential of its workspace. Raises Credential.DoesNotExist, and as
    :func:`seat_of`."""
    seat = seat_of(request, workspace, scope=scope, can=can)
    row = credential_of(seat, credential)
    if row is None:
        raise Credential.DoesNotExist
    return seat, row


def pace_of(request: HttpRequest) -> Pace | None:
    """What the token of the request may still ask; None if there was no valid one."""
    return getattr(request, "pace", None)


def refuse_token_in_address(request: HttpRequest) -> None:
    """Revoke a token that is in the address, which logs store, and raise ApiError."""
    found = TOKEN_PATTERN.search(unquote(request.get_full_path()))
    if found is None:
        return
    row = token_of(found[0])
    if row is not None:
        end_token(row, TokenEnd.FINDER, actor=None, caller=caller_of(request))
    raise ApiError(Code.TOKEN_IN_ADDRESS)
