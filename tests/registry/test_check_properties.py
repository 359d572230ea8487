"""Any answers of a registry end in a verdict, and `valid` needs proof."""

from collections.abc import Iterator
from itertools import repeat

from hypothesis import given
from hypothesis import strategies as st

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.protocol.http import FailureKind, NetworkFailure, Request, Response
from tests.registry.scripted import body, challenge, page, refusal, run_check, text, token

BEARER = 'Bearer realm="https://registry.example.org/jwt/auth",service="container_registry"'
HONEST = [
    body(200, {}),
    body(200, {"tags": ["1"]}),
    body(200, {"active": True, "scopes": ["read_registry"], "expires_at": "2027-01-31"}),
    challenge(BEARER),
    challenge('Basic realm="made up"'),
    challenge(BEARER + ',error="invalid_token"'),
    challenge('Bearer realm="https://evil.example.net/token"'),
    token(),
    token("group/project", "pull"),
    token("group/project", "pull", "push"),
    refusal(401, "UNAUTHORIZED"),
    refusal(403, "DENIED", "access forbidden"),
    refusal(404, "NAME_UNKNOWN"),
    text(429, "Retry later", ("Retry-After", "-7")),
    page(200),
    page(403),
    Response(302, (("Location", "http://169.254.169.254/"),)),
]
JUNK = st.builds(
    Response,
    status=st.integers(min_value=100, max_value=599),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["WWW-Authenticate", "Content-Type", "Retry-After", "Date"]),
            st.text(max_size=80),
        ),
        max_size=3,
    ).map(tuple),
    body=st.binary(max_size=200),
)
FAILURES = st.builds(NetworkFailure, st.sampled_from(list(FailureKind)))
REPLIES = st.lists(st.one_of(st.sampled_from(HONEST), JUNK, FAILURES), min_size=1, max_size=12)


class Stranger:
    """Answers with its replies in turn, then with the last one again and again."""

    def __init__(self, replies: list[Response | NetworkFailure]) -> None:
        self.replies: Iterator[Response | NetworkFailure] = iter(replies)
        self.rest = repeat(replies[-1])

    def __call__(self, request: Request) -> Response | NetworkFailure:
        return next(self.replies, None) or next(self.rest)


@given(
    replies=REPLIES,
    secret=st.sampled_from(["glpat-MADEUPMADEUPMADEUP12", "gldt-MADEUP", "made-up-password"]),
    provider=st.sampled_from(["generic", "gitlab"]),
    push=st.booleans(),
    repository=st.sampled_from(["", "group/project"]),
)
def test_every_answer_ends_in_a_verdict_and_valid_is_earned(
    replies: list[Response | NetworkFailure],
    secret: str,
    provider: str,
    push: bool,
    repository: str,
) -> None:
    evidence, verdict, requests = run_check(
        Stranger(replies), secret=secret, provider=provider, push=push, repository=repository
    )
    assert verdict.message.text()
    assert len(requests) <= 12
    if verdict.outcome is Outcome.VALID:
        taken = {step.name for step in evidence.steps if step.status == 200}
        assert StepName.SIGN_IN in taken
        assert evidence.facts.scheme == "basic" or StepName.ENTRY in taken
