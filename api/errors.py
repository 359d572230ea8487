"""The problems that the API answers with (RFC 9457): a table of codes, and what becomes which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil

from common.clock import database_now
from credentials_app.services.errors import AskedTooOften, ChangedMeanwhile
from workspaces.rights.refusals import ArchivedMeanwhile, Refusal
from workspaces.tokens.verify import TokenFault

PROBLEM_TYPE = "application/problem+json"
BEARER = {"WWW-Authenticate": 'Bearer realm="Lockkeeper"'}


class Code(StrEnum):
    """The stable code of a problem."""

    UNREADABLE = "unreadable"
    BAD_REQUEST = "bad_request"
    CURSOR_INVALID = "cursor_invalid"
    KEY_INVALID = "key_invalid"
    TOKEN_IN_ADDRESS = "token_in_address"  # noqa: S105  # a code
    TOKEN_MISSING = "token_missing"  # noqa: S105
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105
    TOKEN_ENDED = "token_ended"  # noqa: S105
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    TOKEN_SUSPENDED = "token_suspended"  # noqa: S105
    NETWORK_NOT_ALLOWED = "network_not_allowed"
    SCOPE_MISSING = "scope_missing"
    ROLE_TOO_LOW = "role_too_low"
    FACTOR_MISSING = "factor_missing"
    NOT_FOUND = "not_found"
    WORKSPACE_NOT_FOUND = "workspace_not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REFUSED = "refused"
    ARCHIVED = "archived"
    REQUEST_RUNNING = "request_running"
    LENGTH_REQUIRED = "length_required"
    CHANGED_MEANWHILE = "changed_meanwhile"
    BODY_TOO_LARGE = "body_too_large"
    MEDIA_TYPE = "media_type"
    INVALID = "invalid"
    KEY_REUSED = "key_reused"
    IF_MATCH_NEEDED = "if_match_needed"
    QUOTA_EXCEEDED = "quota_exceeded"
    ASKED_TOO_OFTEN = "asked_too_often"
    INTERNAL = "internal"
    TOKENS_PAUSED = "tokens_paused"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class ProblemMeaning:
    """The status of a code, and the sentence for people."""

    status: int
    title: str


PROBLEMS: dict[Code, ProblemMeaning] = {
    Code.UNREADABLE: ProblemMeaning(400, "The body is no JSON that can be read."),
    Code.BAD_REQUEST: ProblemMeaning(400, "The request cannot be read."),
    Code.CURSOR_INVALID: ProblemMeaning(
        400, "The cursor is damaged, or of another list or filter."
    ),
    Code.KEY_INVALID: ProblemMeaning(400, "Idempotency-Key is no text in double quotes."),
    Code.TOKEN_IN_ADDRESS: ProblemMeaning(
        400, "A token was in the address, where logs store it. It was revoked: make another one."
    ),
    Code.TOKEN_MISSING: ProblemMeaning(401, "Send a token in the header Authorization: Bearer."),
    Code.TOKEN_UNKNOWN: ProblemMeaning(401, "This token is unknown."),
    Code.TOKEN_ENDED: ProblemMeaning(401, "This token was revoked, or its person left."),
    Code.TOKEN_EXPIRED: ProblemMeaning(401, "This token has expired."),
    Code.TOKEN_SUSPENDED: ProblemMeaning(401, "The account of this token is suspended or deleted."),
    Code.NETWORK_NOT_ALLOWED: ProblemMeaning(403, "This token is not allowed from this address."),
    Code.SCOPE_MISSING: ProblemMeaning(403, "The token lacks the scope that this needs."),
    Code.ROLE_TOO_LOW: ProblemMeaning(403, "The role of the token's person does not allow this."),
    Code.FACTOR_MISSING: ProblemMeaning(
        403, "The organization requires a second factor, and the token's person has none."
    ),
    Code.NOT_FOUND: ProblemMeaning(404, "There is nothing here for this token."),
    Code.WORKSPACE_NOT_FOUND: ProblemMeaning(
        404, "The workspace is not there, or not open to this token. Name another one."
    ),
    Code.METHOD_NOT_ALLOWED: ProblemMeaning(405, "This address does not have this method."),
    Code.REFUSED: ProblemMeaning(
        409, "The state of things does not allow this. Nothing was changed."
    ),
    Code.ARCHIVED: ProblemMeaning(409, "The workspace is archived: it is read only."),
    Code.REQUEST_RUNNING: ProblemMeaning(
        409, "A request with this Idempotency-Key is not finished. Look what it did."
    ),
    Code.LENGTH_REQUIRED: ProblemMeaning(411, "Send the body with a Content-Length."),
    Code.CHANGED_MEANWHILE: ProblemMeaning(412, "Somebody saved this meanwhile. Get it again."),
    Code.BODY_TOO_LARGE: ProblemMeaning(413, "The body is too large."),
    Code.MEDIA_TYPE: ProblemMeaning(415, "Send the body as application/json."),
    Code.INVALID: ProblemMeaning(422, "Values are missing or wrong; errors names them."),
    Code.KEY_REUSED: ProblemMeaning(422, "This Idempotency-Key came with another body before."),
    Code.IF_MATCH_NEEDED: ProblemMeaning(
        428, "Send If-Match with the ETag of what you want to change."
    ),
    Code.QUOTA_EXCEEDED: ProblemMeaning(
        429, "The token has sent as many requests as a minute allows."
    ),
    Code.ASKED_TOO_OFTEN: ProblemMeaning(
        429, "So many checks were asked for that this one must wait."
    ),
    Code.INTERNAL: ProblemMeaning(
        500, "Something failed here. The administrators can find it by its id."
    ),
    Code.TOKENS_PAUSED: ProblemMeaning(
        503, "A backup was restored: tokens are off until an administrator continues."
    ),
    Code.UNAVAILABLE: ProblemMeaning(503, "The database cannot be reached. Try again."),
}
"""Every code, in the order of the status."""

OF_FAULTS = {
    TokenFault.UNKNOWN: Code.TOKEN_UNKNOWN,
    TokenFault.ENDED: Code.TOKEN_ENDED,
    TokenFault.EXPIRED: Code.TOKEN_EXPIRED,
    TokenFault.SUSPENDED: Code.TOKEN_SUSPENDED,
    TokenFault.PAUSED: Code.TOKENS_PAUSED,
    TokenFault.NETWORK: Code.NETWORK_NOT_ALLOWED,
}
OF_STATUSES = {
    400: Code.BAD_REQUEST,
    401: Code.TOKEN_MISSING,
    403: Code.ROLE_TOO_LOW,
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    411: Code.LENGTH_REQUIRED,
    413: Code.BODY_TOO_LARGE,
    415: Code.MEDIA_TYPE,
    503: Code.UNAVAILABLE,
}
"""The code of an answer that no code of ours gave, by its status."""
RETRY_S = {Code.TOKENS_PAUSED: "300", Code.UNAVAILABLE: "5", Code.REQUEST_RUNNING: "2"}


@dataclass(frozen=True)
class FieldFault:
    """One wrong value: where it is (RFC 6901), what is wrong, and the sentence for people."""

    pointer: str
    code: str
    detail: str = ""


@dataclass(eq=False)
class ApiError(Exception):
    """A request that is refused, with the code of its problem."""

    code: Code
    detail: str = ""
    errors: Sequence[FieldFault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code.value


def problem_of_fault(fault: TokenFault) -> ApiError:
    """The problem of a token that is refused."""
    code = OF_FAULTS[fault]
    error = ', error="invalid_token"' if PROBLEMS[code].status == 401 else ""
    headers = {name: value + error for name, value in BEARER.items()} if error else {}
    return ApiError(code, headers=headers)


def problem_of_refusal(refusal: Refusal) -> ApiError:
    """The problem of an action that was refused: a wrong value, or a state that is in the way."""
    match refusal:
        case AskedTooOften():
            return too_early(Code.ASKED_TOO_OFTEN, refusal.free_at, refusal.words)
        case ChangedMeanwhile():
            return ApiError(Code.CHANGED_MEANWHILE)
        case ArchivedMeanwhile():
            return ApiError(Code.ARCHIVED)
        case _ if refusal.field:
            return invalid(refusal.field, code_of(refusal), str(refusal.words))
    return ApiError(Code.REFUSED, str(refusal.words), [FieldFault("", code_of(refusal))])


def invalid(name: str, code: str, detail: str) -> ApiError:
    """The problem of one wrong member of the body."""
    return ApiError(Code.INVALID, errors=[FieldFault(f"/{name}", code, detail)])


def too_early(code: Code, free_at: datetime, detail: str = "") -> ApiError:
    """The problem of a request that may be sent again at ``free_at``."""
    wait = str(seconds_until(free_at))
    return ApiError(code, detail or f"Try again in {wait} s.", headers={"Retry-After": wait})


def seconds_until(moment: datetime) -> int:
    """The whole seconds until then, at least one: who waits so long is not too early."""
    return max(1, ceil((moment - database_now()).total_seconds()))


def code_of(refusal: Refusal) -> str:
    """The name of the refusal as a code: ``NameTaken`` is ``name_taken``."""
    name = type(refusal).__name__
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")
