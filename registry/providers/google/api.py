"""Asks Google when an access token ends."""

from collections.abc import Generator
from datetime import UTC, datetime

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import ExpirySource, StepName
from registry.protocol.http import Request, RequestBody, Response
from registry.protocol.json_reader import read_object

OAUTH = Origin("https", "oauth2.googleapis.com", 443)
LONGEST_NUMBER = 12


def introspect(
    conversation: Conversation, realm: Origin, path: str
) -> Generator[Request, Response, bool]:
    """Ask when an access token ends, in at most one request; return True if the check continues.

    The token is sent in the body, so that no log of URLs contains it. JSON keys are never sent
    there. Source: developers.google.com/identity, "Validate an access token".
    """
    if not conversation.may_show(OAUTH):
        return True
    content = RequestBody("form", (("access_token", conversation.pair.password),))
    request = Request(OAUTH, "/tokeninfo", method="POST", content=content)
    answer = yield from conversation.ask(StepName.API, request)
    if answer.ends:
        return False
    if answer.is_ok and answer.response is not None:
        ends_at = read_epoch(read_object(answer.response.body).text("exp"))
        if ends_at is not None:
            conversation.record_facts(expires_at=ends_at, expires_source=ExpirySource.PROVIDER)
    return True


def read_epoch(text: str) -> datetime | None:
    """Return the time (in UTC) of a text with seconds since 1970; None if it is malformed."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
