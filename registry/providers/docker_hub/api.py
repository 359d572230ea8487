"""What Docker Hub's API tells about a token: whether it lives, and its access level."""

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
    """Trade the token for one of the API's, whose `scope` names the access level.

    Gives whether the registry is worth asking. Only tokens with Docker's own prefix are shown.
    Source: docs.docker.com/reference/api/hub, "Create access token"; the claim is undocumented.
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
    bought = parse_token_answer(body)
    if not isinstance(bought, TokenAnswer):
        conversation.refine("saw_api_untold")
        return
    conversation.record_facts(kind="live_token")
    claimed = JsonReader(read_payload(bought.token) or {}).text("scope").split()
    scopes = LEVELS.intersection(claimed)
    if scopes:
        conversation.record_facts(scopes=scopes)
        conversation.refine("saw_token_scopes", scopes=", ".join(sorted(scopes)))
