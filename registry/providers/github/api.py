"""Asks GitHub's API if a token is active, and for its scopes and its end."""

import re
from collections.abc import Generator
from datetime import UTC, datetime

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import ExpirySource, StepName
from registry.protocol.http import Bearer, Request, Response

GITHUB = Origin("https", "api.github.com", 443)
PACKAGES = frozenset({"read:packages", "write:packages"})
SCOPE = re.compile(r"[a-z_]{1,32}(?::[a-z_]{1,32})?")


def introspect(
    conversation: Conversation, realm: Origin, path: str
) -> Generator[Request, Response, bool]:
    """Ask the API for the token's user; the answer's headers name the token's scopes and end.

    Sends at most one request, and only for tokens with GitHub's own prefix. Returns True if the
    check continues. The answer to an app's token names no scopes. Source: docs.github.com,
    "Scopes for OAuth apps" and "Troubleshooting the REST API"; the header with the end is
    undocumented; google/go-github reads it.
    """
    if not conversation.may_show(GITHUB):
        return True
    request = Request(GITHUB, "/user", authorization=Bearer(conversation.login.secret))
    answer = yield from conversation.ask(StepName.API, request)
    if answer.ends:
        return False
    if answer.is_ok and answer.response is not None:
        _learn(conversation, answer.response)
    return True


def _learn(conversation: Conversation, response: Response) -> None:
    conversation.record_facts(kind="live_token")
    ends_at = read_moment(response.header("github-authentication-token-expiration"))
    if ends_at is not None:
        conversation.record_facts(expires_at=ends_at, expires_source=ExpirySource.PROVIDER)
    listed = response.all_headers("X-OAuth-Scopes")
    if not listed:
        return
    scopes = read_scopes(", ".join(listed))
    conversation.record_facts(
        scopes=scopes, kind="live_token" if scopes & PACKAGES else "token_without_packages"
    )
    conversation.refine("saw_token_scopes", scopes=", ".join(sorted(scopes)) or "none")


def read_scopes(text: str) -> frozenset[str]:
    """Return the scopes in an `X-OAuth-Scopes` header, without what is no scope."""
    found = (part.strip() for part in text.split(","))
    return frozenset(scope for scope in found if SCOPE.fullmatch(scope))


def read_moment(text: str) -> datetime | None:
    """Return the end of a token (in UTC) from GitHub's header; None if it is empty or malformed.

    GitHub writes `2021-09-03 02:34:04 UTC` for some tokens, `2023-04-26 20:23:26 +0200` for others.
    """
    written = text.strip()
    plain = f"{written.removesuffix(' UTC')} +0000" if written.endswith(" UTC") else written
    try:
        return datetime.strptime(plain, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
