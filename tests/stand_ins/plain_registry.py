"""A small registry that does as it is told: signs people in by the book, or misbehaves."""

import secrets
import threading
from collections.abc import Mapping
from typing import Any, Self

from tests.servers.tls import Certificate
from tests.stand_ins.answers import challenged, registry_error, registry_json, welcome
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.recording import Requests, presented, record
from tests.stand_ins.wire import Answer, Incoming

TOKEN_PATH = "/token"
SERVICE = "made-up-registry"
Script = Mapping[str, Answer | list[Answer]]


class PlainRegistry:
    """``answers`` maps the start of a path, with or without a method before it, to an answer.

    The longest start that fits wins: ``{"/v2/": page(), "POST /token": not_found()}``; of a list
    each answer is given once and the last for good. What nothing fits is answered by the book: by
    `basic` or `bearer` (opaque tokens, got at ``/token``) for these ``people`` (user names and
    passwords), else openly. ``repositories`` hold one image each. Everything may be changed while
    it runs.
    """

    def __init__(
        self,
        answers: Script | None = None,
        *,
        scheme: str = "",
        people: Mapping[str, str] | None = None,
        repositories: tuple[str, ...] = (),
        realm: str = "",
        tls: Certificate | None = None,
        port: int = 0,
    ) -> None:
        self.answers: dict[str, Answer | list[Answer]] = dict(answers or {})
        self.scheme = scheme
        self.people = dict(people or {})
        self.repositories = repositories
        self.requests = Requests()
        self._tokens: set[str] = set()
        self._lock = threading.Lock()
        self._server = Loopback(self._handle, port=port, tls=tls)
        self.url, self.netloc, self.port = self._server.url, self._server.netloc, self._server.port
        self.realm = realm or f"{self.url}{TOKEN_PATH}"

    @classmethod
    def basic(cls, people: Mapping[str, str], **rest: Any) -> "PlainRegistry":
        """One that asks for user name and password itself."""
        return cls(scheme="basic", people=people, **rest)

    @classmethod
    def bearer(cls, people: Mapping[str, str], **rest: Any) -> "PlainRegistry":
        """One that sends people to ``realm``, which is its own ``/token`` when not given."""
        return cls(scheme="bearer", people=people, **rest)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.__exit__(*exception)

    def stop(self) -> None:
        self._server.stop()

    def _handle(self, incoming: Incoming) -> Answer:
        with self._lock:
            given = self._scripted(incoming) or self._by_the_book(incoming)
            self.requests.append(record("registry", incoming, given))
            return given

    def _scripted(self, incoming: Incoming) -> Answer | None:
        asked = (incoming.path, f"{incoming.method} {incoming.path}")
        fitting = [start for start in self.answers if any(one.startswith(start) for one in asked)]
        if not fitting:
            return None
        answer = self.answers[max(fitting, key=len)]
        if isinstance(answer, Answer):
            return answer
        return answer.pop(0) if len(answer) > 1 else answer[0]

    def _by_the_book(self, incoming: Incoming) -> Answer:
        if incoming.path == TOKEN_PATH and self.scheme == "bearer":
            return self._token(incoming)
        if not incoming.path.startswith("/v2/"):
            return registry_error(404, "UNSUPPORTED", "no such page")
        return self._refusal(incoming) or self._content(incoming.path)

    def _knows(self, incoming: Incoming) -> bool:
        pair = presented(incoming)
        return pair.kind == "basic" and self.people.get(pair.username) == pair.secret

    def _token(self, incoming: Incoming) -> Answer:
        if not self._knows(incoming):
            return registry_error(401, "UNAUTHORIZED", "incorrect username or password")
        token = f"made-up-token-{secrets.token_hex(8)}"
        self._tokens.add(token)
        return registry_json(200, {"token": token, "expires_in": 300})

    def _refusal(self, incoming: Incoming) -> Answer | None:
        if self.scheme == "basic" and not self._knows(incoming):
            return challenged('Basic realm="made-up realm"')
        if self.scheme == "bearer" and presented(incoming).secret not in self._tokens:
            return challenged(f'Bearer realm="{self.realm}",service="{SERVICE}"')
        return None

    def _content(self, path: str) -> Answer:
        name, _, rest = path.removeprefix("/v2/").partition("/tags/")
        if not name:
            return welcome()
        if name not in self.repositories or rest != "list":
            return registry_error(404, "NAME_UNKNOWN", "repository name not known to registry")
        return registry_json(200, {"name": name, "tags": ["latest"]})
