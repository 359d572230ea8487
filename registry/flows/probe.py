"""The accept-all probe: find a registry that accepts every login by a made-up one."""

from collections.abc import Generator
from secrets import token_hex

from registry.conversation import Conversation
from registry.evidence import StepName
from registry.flows.ping import SignInMethod
from registry.flows.token_request import TokenEndpoint
from registry.login import AcceptAllProbe
from registry.protocol.http import Basic, Bearer, Request, Response
from registry.protocol.token import TokenAnswer, parse_token_answer
from registry.providers.provider import Provider
from registry.rules.own import YES_TO_ALL
from registry.secret import Secret

REFUSALS = frozenset({400, 401, 403})


def probe_with_made_up_login(
    conversation: Conversation, provider: Provider, method: SignInMethod
) -> Generator[Request, Response, None]:
    """Sign in with a made-up login, and record whether the registry refuses it.

    Yields at most 2 requests: the sign-in, and the entry with the token that it gives; none if the
    registry is known to accept every login. The login of the conversation is in none of them. The
    registry counts a failed login, so the caller probes an origin at most once a day. Sets
    `refuses_made_up`: False after a 200, True after a refusal; any other answer or a
    :class:`NetworkFailure` leaves it None.
    """
    if conversation.login.probe is AcceptAllProbe.KNOWN:
        conversation.note_offline(StepName.MADE_UP, YES_TO_ALL)
        return
    made_up = Basic(f"made-up-{token_hex(8)}", Secret(token_hex(16)))
    server = conversation.login.server
    sign_in = Request(server, "/v2/", authorization=made_up)
    if method.realm is not None:
        endpoint = TokenEndpoint(conversation, provider, method.realm, method.service)
        sign_in = endpoint.request_for(made_up)
    answer = yield from conversation.ask(StepName.MADE_UP, sign_in, hoped=(200, *REFUSALS))
    if answer.response is not None and method.realm is not None:
        token_answer = parse_token_answer(answer.response.body)
        if isinstance(token_answer, TokenAnswer):
            entry = Request(server, "/v2/", authorization=Bearer(token_answer.token))
            answer = yield from conversation.ask(StepName.MADE_UP, entry, hoped=(200, *REFUSALS))
    status = answer.response.status if answer.response else None
    if status == 200 and answer.unfinished is not None and method.realm is not None:
        status = None  # a token may be in the part that was not read
    if status == 200:
        conversation.record_facts(refuses_made_up=False)
        conversation.refine("saw_made_up_accepted", YES_TO_ALL)
    elif status in REFUSALS:
        conversation.record_facts(refuses_made_up=True)
        conversation.refine("saw_made_up_refused")
