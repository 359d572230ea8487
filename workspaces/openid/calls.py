"""Calls to an identity provider: each raises :class:`SignInEnded` unless it got a JSON object."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings

from common import own_sockets
from registry.egress.allow_list import parse_allow_list, parse_nat64
from registry.egress.guard import Policy
from registry.protocol.http import FailureKind
from registry.protocol.json_reader import JsonReader
from registry.protocol.strict_json import NotJson, read_json
from registry.transport.dial import look_up
from registry.transport.guarded import GuardedSession, NotAnswered, guarded_session
from workspaces.openid.failures import AWAY, DISTRUSTED, MISMATCH, SignInEnded, SignInEnding
from workspaces.openid.providers import IdentityProvider

LIMIT_S = 10
"""For all calls of one sign-in together."""
ENDINGS = {
    FailureKind.FORBIDDEN: MISMATCH,
    FailureKind.TLS: MISMATCH,
    FailureKind.MALFORMED: DISTRUSTED,
    FailureKind.TOO_LARGE: DISTRUSTED,
}
HINTS = {
    FailureKind.FORBIDDEN: "its address is not allowed, see LOCKKEEPER_OPENID_NETWORKS",
    FailureKind.TLS: "its certificate is not trusted, or it speaks no TLS that we accept",
    FailureKind.MALFORMED: "its answer is no HTTP that we accept",
    FailureKind.TOO_LARGE: "its answer is larger than 64 KiB",
    FailureKind.NAME_UNKNOWN: "its name does not resolve",
    FailureKind.NO_CONNECTION: "no connection",
    FailureKind.TIMED_OUT: "it did not answer in time",
    FailureKind.CUT: "its answer was cut",
}


@dataclass(frozen=True)
class ProviderAnswer:
    """Status and JSON object of an answer."""

    status: int
    body: JsonReader


@dataclass(frozen=True)
class Calls:
    """The calls of one sign-in at one provider. ``what`` names each in the log."""

    session: GuardedSession

    def get(self, what: str, url: str, *, token: str = "") -> JsonReader:
        """The JSON object at this address."""
        return _object(what, self._found(what, url, token))

    def get_list(self, what: str, url: str, *, token: str = "") -> tuple[JsonReader, ...]:
        """The objects of the JSON list at this address."""
        value = self._found(what, url, token)
        if not isinstance(value, list):
            raise SignInEnded(DISTRUSTED, f"{what}: no JSON list")
        return tuple(JsonReader(each) for each in value if isinstance(each, dict))

    def post(
        self, what: str, url: str, form: Mapping[str, str], *, login: tuple[str, str] | None = None
    ) -> ProviderAnswer:
        """Send a form, with ``login`` as Basic; returns the JSON object of any status under 500."""
        status, value = self._call(what, "POST", url, data=dict(form), auth=login)
        return ProviderAnswer(status, _object(what, value))

    def _found(self, what: str, url: str, token: str) -> object:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, value = self._call(what, "GET", url, headers=headers)
        if status != 200:
            raise SignInEnded(DISTRUSTED, f"{what}: status {status}")
        return value

    def _call(self, what: str, method: str, url: str, **more: object) -> tuple[int, object]:
        """Status and JSON value of the answer; None for a value that is no JSON."""
        try:
            got = self.session.request(method, url, **more)
        except NotAnswered as failure:
            ending: SignInEnding = ENDINGS.get(failure.kind, AWAY)
            raise SignInEnded(ending, f"{what}: {HINTS[failure.kind]}") from None
        if got.status_code >= 500 or got.status_code == 429:
            raise SignInEnded(AWAY, f"{what}: status {got.status_code}")
        if 300 <= got.status_code < 400:
            raise SignInEnded(MISMATCH, f"{what}: a redirect, which we do not follow")
        try:
            return got.status_code, read_json(got.content)
        except NotJson:
            return got.status_code, None


@contextmanager
def calls_to(provider: IdentityProvider) -> Iterator[Calls]:
    """The calls of one sign-in: 10 seconds together, under the allow list of issuers."""
    policy = Policy(
        allowed=parse_allow_list(settings.LOCKKEEPER_OPENID_NETWORKS),
        own=own_sockets.addresses(own_sockets.named(), look_up),
        nat64_prefix=parse_nat64(settings.LOCKKEEPER_NAT64_PREFIX),
    )
    session = guarded_session(
        policy,
        user_agent="lockkeeper",
        proxy=settings.LOCKKEEPER_PROXY,
        ca_pem=provider.ca_pem,
        limit_s=LIMIT_S,
    )
    with session:
        yield Calls(session)


def _object(what: str, value: object) -> JsonReader:
    if not isinstance(value, dict):
        raise SignInEnded(DISTRUSTED, f"{what}: no JSON object")
    return JsonReader(value)
