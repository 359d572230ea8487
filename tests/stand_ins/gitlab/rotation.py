"""Rotation of an access token: the old one ends in the same breath."""

import json
from datetime import date, timedelta
from urllib.parse import parse_qs

from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.shapes import token_shape
from tests.stand_ins.gitlab.texts import json_answer
from tests.stand_ins.gitlab.tokens import AccessToken
from tests.stand_ins.wire import Answer, Incoming, first

A_WEEK = timedelta(days=7)
LONGEST = timedelta(days=365)


def rotate(instance: Instance, old: AccessToken, incoming: Incoming) -> Answer:
    """A successor with the same scopes, for a week unless an end date is asked for."""
    today = instance.now().date()
    ends_on = _asked_date(incoming) or today + A_WEEK
    if not today < ends_on <= today + LONGEST:
        words = "400 Bad request - Expiration date must be before the maximum allowable date"
        return json_answer(400, {"message": words})
    old.revoked = True
    instance.did("rotated", old.token)
    new = instance.state.add_token(
        old.owner,
        *old.scopes,
        expires_on=ends_on,
        permissions=old.permissions,
        family=old.family,
        kind=old.kind,
        name=old.name,
        created_at=instance.now(),
    )
    return json_answer(200, token_shape(new, instance.now(), instance.flags) | {"token": new.token})


def _asked_date(incoming: Incoming) -> date | None:
    text = first(incoming.query, "expires_at")
    if not text and "json" in incoming.header("Content-Type"):
        text = str(json.loads(incoming.body or b"{}").get("expires_at") or "")
    elif not text:
        text = parse_qs(incoming.body.decode()).get("expires_at", [""])[0]
    return date.fromisoformat(text) if text else None
