"""No flow sends more requests than its docstring says."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.addresses.origins import Origin
from registry.addresses.realms import Realm
from registry.conversation import Conversation
from registry.evidence import StepName
from registry.flows.login import log_in
from registry.flows.ping import SignInMethod, ping, read_secret
from registry.flows.probe import probe_with_made_up_login
from registry.login import AcceptAllProbe, Login, Need
from registry.protocol.http import Flow, NetworkFailure
from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.secret import Secret
from registry.secret_kinds.kind import shape_of
from tests.registry.scripted import (
    GITLAB,
    NOW,
    SERVER,
    Reply,
    body,
    challenge,
    page,
    refusal,
    text,
    token,
)

REPOSITORY = "group/project"
METHOD = SignInMethod(Realm(SERVER, "/jwt/auth"), "container_registry")
PROXY = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="dependency_proxy"'
REPLIES = st.lists(
    st.sampled_from(
        [
            body(200, {"tags": ["1"]}),
            body(200, {"active": True, "scopes": ["read_registry"]}),
            challenge(PROXY),
            page(403),
            refusal(401, "UNAUTHORIZED"),
            refusal(403, "DENIED"),
            refusal(404, "NAME_UNKNOWN"),
            text(500),
            token(),
            token(REPOSITORY, "pull"),
            token(REPOSITORY, "pull", "push"),
        ]
    ),
    min_size=1,
    max_size=10,
)


def conversation_with(provider: Provider, server: Origin = SERVER) -> Conversation:
    login = Login(server, "gitlab+deploy-token-1", Secret("made-up"), probe=AcceptAllProbe.TRY)
    made = Conversation(login, Need(push=True, repository=REPOSITORY), provider.rules, NOW)
    made.record_facts(provider=provider.slug)
    read_secret(made, shape_of(provider.kinds, login.username, login.secret), NOW)
    return made


def count(flow: Flow[Any], replies: list[Reply]) -> int:
    """Play a flow to its end, repeating the last reply; gives the number of its requests."""
    script: Iterator[Reply] = chain(replies, repeat(replies[-1]))
    sent = 0
    try:
        next(flow)
        while sent <= 20:
            sent += 1
            reply = next(script)
            flow.throw(reply) if isinstance(reply, NetworkFailure) else flow.send(reply)
    except StopIteration:
        pass
    return sent


@settings(max_examples=300)
@given(provider=st.sampled_from(PROVIDERS), replies=REPLIES)
def test_a_login_takes_at_most_eight_requests(provider: Provider, replies: list[Reply]) -> None:
    assert count(log_in(conversation_with(provider), provider, METHOD), replies) <= 8


@given(provider=st.sampled_from(PROVIDERS), replies=REPLIES)
def test_a_probe_takes_at_most_two(provider: Provider, replies: list[Reply]) -> None:
    flow = probe_with_made_up_login(conversation_with(provider), provider, METHOD)
    assert count(flow, replies) <= 2


@given(replies=REPLIES)
def test_a_ping_takes_at_most_seven(replies: list[Reply]) -> None:
    assert count(ping(conversation_with(PROVIDERS[0], GITLAB)), replies) <= 7


def test_a_web_host_with_an_open_ping_takes_all_seven() -> None:
    made = conversation_with(PROVIDERS[0], GITLAB)
    assert count(ping(made), [body(200, {}), challenge(PROXY)]) == 7
    assert [step.name for step in made.steps].count(StepName.HINT) == 5
