"""Exchanges an AWS access key for a registry password that lives twelve hours."""

import base64
import binascii
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.protocol.http import Basic, Request, RequestBody, Response
from registry.protocol.json_reader import JsonReader, read_object
from registry.providers.aws.rules import TEMPORARY_KEY
from registry.providers.aws.signature import Unsigned, sign
from registry.rules.own import DISTRUSTED_REALM, UNREADABLE_TOKEN
from registry.secret import Secret
from registry.secret_kinds.expiry import ecr_password_end
from registry.secret_kinds.kind import TokenKind

USERNAME = "AWS"
MEDIA_TYPE = "application/x-amz-json-1.1"
LONGEST_TOKEN = 16384
LIFE = timedelta(hours=12)
ACCESS_KEY, LIVE_KEY = "access_key", "live_access_key"


def unwrapped(text: str) -> str:
    """Return the password in the base64 of `AWS:password`; any other text unchanged."""
    try:
        name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return text
    return password if colon and name == USERNAME and password.isprintable() else text


def _wrapped_end(text: str) -> datetime | None:
    return ecr_password_end(unwrapped(text))


_OVER_SOON = "It expires after twelve hours: store an access key instead."
KINDS = (
    TokenKind(
        "temporary_key",
        "a temporary access key, which also needs a session token",
        username=r"ASIA[A-Z0-9]{12,}",
        useless=True,
        told=TEMPORARY_KEY.name,
        help="It ends within hours. Store an IAM user's lasting key (AKIA…) instead.",
    ),
    TokenKind(
        ACCESS_KEY,
        "access key",
        r"[A-Za-z0-9/+]{40}",
        username=r"AKIA[A-Z0-9]{12,}",
        known_by_shape=True,
    ),
    TokenKind(
        "ecr_password",
        "ECR password",
        r"QVdTOm[A-Za-z0-9+/=]+",
        sends=unwrapped,
        ends=_wrapped_end,
        lives=LIFE,
        telling=True,
        fills=USERNAME,
        help=_OVER_SOON,
    ),
    TokenKind(
        "ecr_password",
        "ECR password",
        r"[A-Za-z0-9+/=]{100,}",
        username=USERNAME,
        ends=ecr_password_end,
        lives=LIFE,
        help=_OVER_SOON,
    ),
    TokenKind(
        "ecr_password",
        "ECR password",
        r"eyJ[A-Za-z0-9+/=]{100,}",
        ends=ecr_password_end,
        lives=LIFE,
        fills=USERNAME,
        help=_OVER_SOON,
    ),
    TokenKind("password", "password"),
)


@dataclass(frozen=True)
class TokenService:
    """The API that answers `GetAuthorizationToken`, and the names that its requests need."""

    origin: Origin
    region: str
    service: str
    target: str


def exchange(
    conversation: Conversation, service: TokenService
) -> Generator[Request, Response, bool]:
    """Get a password with an access key, in one request; return True if the check continues.

    The password's end is not the key's: it is recorded as the lifetime of this check's token, in
    seconds. Any other kind of secret is sent unchanged. Source: docs.aws.amazon.com,
    GetAuthorizationToken of both APIs.
    """
    if conversation.facts.kind != ACCESS_KEY:
        return True
    if not conversation.may_show(service.origin):
        conversation.record_facts(asks=service.origin)
        conversation.note_offline(StepName.API, DISTRUSTED_REALM, realm=service.origin.display)
        return False
    answer = yield from conversation.ask(StepName.API, _request(conversation, service))
    if not answer.is_ok or answer.response is None:
        return False
    password, ends_at = read_password(answer.response.body)
    if password is None:
        conversation.refine("saw_token_unreadable", UNREADABLE_TOKEN)
        return False
    conversation.pair = Basic(USERNAME, password)
    conversation.record_facts(kind=LIVE_KEY)
    if ends_at is not None:
        conversation.record_facts(
            token_lifetime_s=int((ends_at - conversation.now).total_seconds())
        )
    conversation.refine("saw_key_alive")
    return True


def _request(conversation: Conversation, service: TokenService) -> Request:
    headers = (("Content-Type", MEDIA_TYPE), ("X-Amz-Target", service.target))
    unsigned = Unsigned(
        service.origin.netloc, service.region, service.service, headers=headers, body=b"{}"
    )
    return Request(
        service.origin,
        unsigned.path,
        method=unsigned.method,
        authorization=sign(
            unsigned, conversation.login.username, conversation.login.secret, conversation.now
        ),
        content=RequestBody("json", media_type=MEDIA_TYPE),
    )


def read_password(body: bytes) -> tuple[Secret | None, datetime | None]:
    """Return the password and its end (aware), each None if missing or malformed.

    The private registry answers with a list, the public one with an object.
    """
    answer = read_object(body)
    data = next(iter(answer.list("authorizationData")), answer.object("authorizationData"))
    token = data.get("authorizationToken")
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        return None, None
    password = unwrapped(token)
    return (None if password == token else Secret(password)), _read_instant(data)


def _read_instant(data: JsonReader) -> datetime | None:
    seconds = data.get("expiresAt")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
