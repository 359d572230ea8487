"""A registry that says yes to every password: found by one that nobody has."""

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
    """Sign in with a made-up pair, and note whether that is refused as it should be.

    It counts as a failed login there, so it is done at most once a day and origin. Anything but
    an open door says nothing against the registry. One that is known to let everybody in is not
    asked again.
    """
    if conversation.login.probe is AcceptAllProbe.KNOWN:
        conversation.note_offline(StepName.MADE_UP, YES_TO_ALL)
        return
    made_up = Basic(f"made-up-{token_hex(8)}", Secret(token_hex(16)))
    server = conversation.login.server
    request_for = Request(server, "/v2/", authorization=made_up)
    if method.realm is not None:
        request_for = TokenEndpoint(
            conversation, provider, method.realm, method.service
        ).request_for(made_up)
    answer = yield from conversation.ask(StepName.MADE_UP, request_for, hoped=(200, *REFUSALS))
    if answer.response is not None and method.realm is not None:
        answer_of = parse_token_answer(answer.response.body)
        if isinstance(answer_of, TokenAnswer):
            entry = Request(server, "/v2/", authorization=Bearer(answer_of.token))
            answer = yield from conversation.ask(StepName.MADE_UP, entry, hoped=(200, *REFUSALS))
    status = answer.response.status if answer.response else None
    if status == 200:
        conversation.record_facts(refuses_made_up=False)
        conversation.refine("saw_made_up_accepted", YES_TO_ALL)
    elif status in REFUSALS:
        conversation.record_facts(refuses_made_up=True)
        conversation.refine("saw_made_up_refused")
