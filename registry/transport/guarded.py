"""One `requests` session for calls that check no login: each is guarded, limited, not redirected.

It replaces the adapter of `requests`, so that policy, name look-up, TLS and the strict reader of
answers are those of the checks. Cookies, proxies of the environment, `.netrc` and the arguments of
`requests` for certificates have no effect.
"""

import re
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from registry.addresses.hosts import parse_authority
from registry.addresses.origins import Origin
from registry.egress.guard import Policy, judge_name
from registry.protocol.http import FailureKind, NetworkFailure, Response
from registry.transport.connection import Connection, Opener
from registry.transport.deadline import Deadline
from registry.transport.dial import Dialler, LookUp, look_up
from registry.transport.errors import explain
from registry.transport.pool import Pool

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
METHODS = frozenset({"GET", "POST"})


class NotAnswered(requests.RequestException):
    """A call got no answer that we read. ``kind`` says why; the text is its word and no more."""

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


class GuardedSession(requests.Session):
    """A session that follows no redirect and keeps no cookie; `https` is its only scheme."""

    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers = CaseInsensitiveDict({"Accept": "application/json"})
        self.adapters.clear()
        self.mount("https://", adapter)

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request. Raises :class:`NotAnswered` and no other exception of ``requests``: their
        texts quote addresses and headers."""
        kind = FailureKind.MALFORMED
        try:
            return super().request(*args, **kwargs)
        except NotAnswered as failure:
            kind = failure.kind
        except requests.exceptions.InvalidSchema:
            kind = FailureKind.FORBIDDEN
        except (requests.RequestException, ValueError):
            pass
        raise NotAnswered(kind)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: a redirect is an answer like any other."""
        return


def guarded_session(
    policy: Policy,
    *,
    user_agent: str,
    proxy: str = "",
    ca_pem: str = "",
    limit_s: float = 15,
    look_up: LookUp = look_up,
) -> GuardedSession:
    """A session whose calls may take ``limit_s`` seconds together, each answer 64 KiB.

    ``ca_pem`` (PEM) are authorities that it trusts besides the system's; ``proxy`` is as for
    :class:`registry.transport.network.Network`. Calls raise :class:`NotAnswered`.
    """
    opener = Opener(Dialler(policy, look_up), proxy)
    adapter = _GuardedAdapter(opener, user_agent, ca_pem, Deadline.after(limit_s))
    return GuardedSession(adapter)


class _GuardedAdapter(BaseAdapter):
    """Sends each prepared request on a connection of its own."""

    def __init__(self, opener: Opener, user_agent: str, ca_pem: str, deadline: Deadline) -> None:
        super().__init__()
        self._opener, self._ca_pem, self._deadline = opener, ca_pem, deadline
        self._user_agent = user_agent

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send it within the time of the session. Raises :class:`NotAnswered`."""
        answer = self._answer(request)
        if isinstance(answer, NetworkFailure):  # raised here: its context would be the foreign one
            raise NotAnswered(answer.kind)
        return _as_requests_has_it(request, answer)

    def close(self) -> None:
        """Nothing is left open."""

    def _answer(self, request: requests.PreparedRequest) -> Response | NetworkFailure:
        connection: Connection | None = None
        try:
            origin = _origin_of(request)
            message = _message(request, origin, self._user_agent)
            connection = self._connect(origin)
            return connection.exchange(str(request.method), message, self._deadline)
        except (NetworkFailure, OSError, ValueError) as error:
            return explain(error, was_sent=connection is not None)
        finally:
            if connection is not None:
                connection.close()

    def _connect(self, origin: Origin) -> Connection:
        policy = self._opener.dialler.policy
        named = judge_name(policy, scheme=origin.scheme, host=origin.host, port=origin.port)
        if self._opener.proxy and not named.allowed:
            raise NetworkFailure(FailureKind.FORBIDDEN)
        return Pool(self._opener).take((origin, self._ca_pem), self._deadline)


def _origin_of(request: requests.PreparedRequest) -> Origin:
    """Where the request goes. Raises ``ValueError`` for user information and a strange host."""
    parts = urlsplit(request.url or "")
    if parts.scheme != "https" or "@" in parts.netloc or request.method not in METHODS:
        raise NetworkFailure(FailureKind.FORBIDDEN)
    host, port = parse_authority(parts.netloc, default_port=443)
    return Origin("https", host, port)


def _message(request: requests.PreparedRequest, origin: Origin, user_agent: str) -> bytes:
    """The bytes of the whole request. Raises :class:`NetworkFailure` for control characters."""
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    named = dict(request.headers) | {"Host": origin.netloc, "User-Agent": user_agent}
    named |= {"Accept-Encoding": "identity", "Connection": "close"}
    if request.method == "POST":
        named["Content-Length"] = str(len(content))
    lines = [f"{request.method} {request.path_url} HTTP/1.1".encode("ascii")]
    for name, value in named.items():
        lines.append(_bytes(name) + b": " + _bytes(value))
    if any(CONTROL.search(line) for line in lines):
        raise NetworkFailure(FailureKind.MALFORMED, detail="unsendable")
    return b"\r\n".join([*lines, b"", content])


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _as_requests_has_it(request: requests.PreparedRequest, answer: Response) -> requests.Response:
    made = requests.Response()
    made.status_code, made.url, made.request = answer.status, request.url or "", request
    fields: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for name, value in answer.headers:
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    made.headers, made.encoding = fields, "utf-8"
    made.raw = BytesIO(answer.body)
    return made
