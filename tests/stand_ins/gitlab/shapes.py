"""How the API shows a token and the places that it reaches."""

from datetime import datetime
from typing import Any

from tests.stand_ins.gitlab.flags import Flags
from tests.stand_ins.gitlab.tokens import AccessToken


def moment(when: datetime | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"


def token_shape(token: AccessToken, now: datetime, flags: Flags) -> dict[str, Any]:
    shape = {
        "id": token.id,
        "name": token.name,
        "revoked": token.revoked,
        "created_at": moment(token.created_at),
        "description": None,
        "scopes": list(token.scopes),
        "user_id": token.owner.id,
        "active": token.is_active(now),
        "expires_at": token.expires_on.isoformat() if token.expires_on else None,
    }
    if flags.tells_last_use:
        shape["last_used_at"] = moment(token.last_used_at)
    if flags.tells_addresses:
        shape["last_used_ips"] = list(token.last_used_ips)
    return shape
