"""Asks Docker Hub's API if a token is active, and for its access level."""

from collections.abc import Generator

from registry.addresses.origins import Origin
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.protocol.http import Request, RequestBody, Response
from registry.protocol.json_reader import JsonReader
from registry.protocol.jwt import read_payload
from registry.protocol.token import TokenAnswer, parse_token_answer

HUB = Origin("https", "hub.docker.com", 443)
LEVELS = frozenset({"repo:public_read", "repo:read", "repo:write", "repo:admin"})


def introspect(
    conversation: Conversation, realm: Origin, path: str
) -> Generator[Request, Response, bool]:
    """Exchange the token for a token of the API, whose `scope` names the access level.

    Sends at most one request, and only for tokens with Docker's own prefix. Returns True if the
    check continues. Source: docs.docker.com/reference/api/hub, "Create access token"; the claim
    is undocumented.
    """
    if not conversation.may_show(HUB):
        return True
    fields = (("identifier", conversation.login.username), ("secret", conversation.login.secret))
    request = Request(HUB, "/v2/auth/token", method="POST", content=RequestBody("json", fields))
    answer = yield from conversation.ask(StepName.API, request)
    if answer.ends:
        return False
    if answer.is_ok and answer.response is not None:
        _learn(conversation, answer.response.body)
    return True


def _learn(conversation: Conversation, body: bytes) -> None:
    api_token = parse_token_answer(body)
    if not isinstance(api_token, TokenAnswer):
        conversation.refine("saw_api_untold")
        return
    conversation.record_facts(kind="live_token")
    claimed = JsonReader(read_payload(api_token.token) or {}).text("scope").split()
    scopes = LEVELS.intersection(claimed)
    if scopes:
        conversation.record_facts(scopes=scopes)
        conversation.refine("saw_token_scopes", scopes=", ".join(sorted(scopes)))
