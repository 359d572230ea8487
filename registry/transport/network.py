"""The entry to this package: a network, which gives each check of a batch its session."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from registry.egress.guard import Policy
from registry.protocol.http import Request
from registry.transport.connection import Opener
from registry.transport.dial import Dialler, LookUp, look_up
from registry.transport.pool import Pool
from registry.transport.session import Session, Shared


class Network:
    """The connections of one batch of checks; several threads may use it at once.

    ``user_agent`` is sent to servers. With ``proxy`` (`http://[user:password@]host:port`) the proxy
    resolves names and judges their addresses; we still judge names and literal addresses. Another
    form of ``proxy`` raises ``ValueError``. Tests may give another resolver as ``look_up``.
    ``notes`` lives as long as the network: the results that the checks of a batch share (the
    answered ping of a server, the detected provider).
    """

    def __init__(
        self, policy: Policy, *, user_agent: str, proxy: str = "", look_up: LookUp = look_up
    ) -> None:
        if proxy and (urlsplit(proxy).scheme != "http" or not urlsplit(proxy).hostname):
            raise ValueError("The egress proxy must be given as http://host:port.")
        self.notes: dict[Hashable, Any] = {}
        opener = Opener(Dialler(policy, look_up), proxy)
        self._shared = Shared(opener, Pool(opener), user_agent)

    @contextmanager
    def conversation(
        self,
        *,
        ca_pem: str = "",
        http_allowed: bool = False,
        limit_s: float = 20,
        max_exchanges: int = 12,
        announce: Callable[[Request], None] = lambda _request: None,
    ) -> Iterator[Session]:
        """A session for one login, with its own authorities (PEM) and limits.

        ``limit_s`` (seconds) and ``max_exchanges`` are for all its flows together. Plain http needs
        ``http_allowed``, and an address that the allow list opens. ``announce`` is called with
        each request before it is sent.
        """
        yield Session(
            self._shared,
            ca_pem=ca_pem,
            http_allowed=http_allowed,
            deadline=time.monotonic() + limit_s,
            exchanges_left=max_exchanges,
            announce=announce,
        )

    def close(self) -> None:
        """Close all connections; exchanges that still run end as timed out."""
        self._shared.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
