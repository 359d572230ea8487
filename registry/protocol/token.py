"""Parse the answer to a token request: a token, or an unreadable answer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from registry.protocol.jwt import is_token
from registry.protocol.strict_json import NotJson, read_json
from registry.secret import Secret

MAX_LIFETIME_S = 10 * 366 * 24 * 3600


@dataclass(frozen=True)
class TokenAnswer:
    """A token for one check. ``expires_in_s`` is in seconds, ``issued_at`` aware, UTC.

    None: the answer does not say; a token without a lifetime is valid for 60 seconds
    (distribution's docs/content/spec/auth/token.md).
    """

    token: Secret
    expires_in_s: int | None = None
    issued_at: datetime | None = None


@dataclass(frozen=True)
class Unreadable:
    """An answer without a usable token.

    ``reason`` is one of `empty`, `not_json`, `too_large`, `too_deep`, `repeated_key`,
    `not_an_object`, `no_token` and `bad_token`.
    """

    reason: str


def parse_token_answer(body: bytes) -> TokenAnswer | Unreadable:
    """Read the body of a token request's 200. Never raises.

    Takes at most 64 KiB. The token is in `token` or in `access_token`; if they differ,
    `access_token` counts, as it does for docker. A token is printable ASCII of at most 16 KiB.
    An unreadable `expires_in` or `issued_at` counts as absent. Source: distribution's
    docs/content/spec/auth/token.md.
    """
    if not body.strip():
        return Unreadable("empty")
    try:
        answer = read_json(body)
    except NotJson as error:
        return Unreadable(error.reason)
    if not isinstance(answer, dict):
        return Unreadable("not_an_object")
    tokens = [answer[key] for key in ("access_token", "token") if answer.get(key) not in (None, "")]
    if not tokens:
        return Unreadable("no_token")
    if not all(isinstance(token, str) and is_token(token) for token in tokens):
        return Unreadable("bad_token")
    return TokenAnswer(
        token=Secret(tokens[0]),
        expires_in_s=_seconds(answer.get("expires_in")),
        issued_at=_time(answer.get("issued_at")),
    )


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= MAX_LIFETIME_S else None


def _time(value: object) -> datetime | None:
    """An RFC 3339 time; without an offset it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
