"""What GitHub's API tells about a token: whether it lives, its scopes, its end."""

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
    """Ask who the token is; the answer's headers tell the rest. Gives whether to go on.

    Only tokens with GitHub's own prefix are shown. A token of an app names no scopes. Source:
    docs.github.com, "Scopes for OAuth apps" and "Troubleshooting the REST API"; the header of the
    end is undocumented, and read by google/go-github.
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
    """The scopes of an `X-OAuth-Scopes` header; what is no scope is left out."""
    found = (part.strip() for part in text.split(","))
    return frozenset(scope for scope in found if SCOPE.fullmatch(scope))


def read_moment(text: str) -> datetime | None:
    """The end of a token, as GitHub writes it; None when it is absent or something else.

    `2021-09-03 02:34:04 UTC` for some tokens, `2023-04-26 20:23:26 +0200` for others.
    """
    written = text.strip()
    plain = f"{written.removesuffix(' UTC')} +0000" if written.endswith(" UTC") else written
    try:
        return datetime.strptime(plain, "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
