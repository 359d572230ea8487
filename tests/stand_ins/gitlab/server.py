"""The stand-in itself: GitLab at one loopback port, its registry at another."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.servers.docker_registry import TokenAuth
from tests.servers.tls import Certificate
from tests.stand_ins.gitlab.clock import Clock
from tests.stand_ins.gitlab.instance import Deed, Instance
from tests.stand_ins.gitlab.registry import registry
from tests.stand_ins.gitlab.signing import Signer, default_signer
from tests.stand_ins.gitlab.state import State
from tests.stand_ins.gitlab.web import web
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.recording import Requests, record
from tests.stand_ins.wire import Answer, Incoming


class GitLab:
    """Use as a context manager; then ``web_url`` and ``registry_url`` answer.

    ``state`` and ``clock`` may be changed at any time. ``requests`` has everything that came,
    ``deeds`` what a checker must never cause. With ``tls`` both doors speak https. ``root`` is a
    relative URL root of the web face.
    """

    def __init__(
        self,
        *,
        tls: Certificate | None = None,
        root: str = "",
        web_port: int = 0,
        registry_port: int = 0,
        signer: Signer | None = None,
    ) -> None:
        self.state = State()
        self.clock = Clock()
        self.requests = Requests()
        self.instance = Instance(self.state, self.clock, signer or default_signer(), root)
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._web = Loopback(self._recorded("web", web), port=web_port, tls=tls)
        self._registry = Loopback(self._recorded("registry", registry), port=registry_port, tls=tls)
        self.instance.web_url = self.web_url = self._web.url + root
        self.instance.registry_url = self.registry_url = self._registry.url

    def __enter__(self) -> Self:
        self._open.enter_context(self._web)
        self._open.enter_context(self._registry)
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    @property
    def deeds(self) -> list[Deed]:
        """What was created, revoked, rotated or written: a checker leaves it empty."""
        return self.instance.deeds

    @property
    def failed_logins(self) -> Counter[str]:
        """How many logins of each address were refused at `/jwt/auth`, as a ban counts them."""
        return self.instance.bans.failed

    def forget(self) -> None:
        """Delete recorded requests, changes and failures, such as those of the preparations."""
        self.requests.clear()
        self.deeds.clear()
        self.failed_logins.clear()

    def stop_registry(self) -> None:
        self._registry.stop()

    def stop_web(self) -> None:
        self._web.stop()

    def token_auth(self, folder: Path) -> TokenAuth:
        """The settings of a real registry that uses and trusts this token service."""
        bundle = self.instance.signer.write_certificate(folder / "gitlab-tokens.pem")
        flags = self.state.flags
        return TokenAuth(self.instance.realm, flags.service, flags.issuer, bundle)

    def _recorded(
        self, door: str, answer: Callable[[Instance, Incoming], Answer]
    ) -> Callable[[Incoming], Answer]:
        """Under one lock, so that tests see a request together with all that it did."""

        def handle(incoming: Incoming) -> Answer:
            with self._lock:
                given = self._instead(door, incoming) or answer(self.instance, incoming)
                self.requests.append(record(door, incoming, given))
                return given

        return handle

    def _instead(self, door: str, incoming: Incoming) -> Answer | None:
        path = incoming.path.removeprefix(self.instance.root if door == "web" else "")
        starts = [path] if door == "web" else []
        for name, answer in self.state.flags.instead.items():
            if any(start.startswith(name) for start in (*starts, door + path)):
                return answer
        return None
