"""People at the pages, so many a second: they look, save, ask for checks, note the answers."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

from tests.crash.registries import PASSWORD
from tests.servers.process import LOOPBACK

PATIENCE_S = 90.0
MANY = 400  # so many wait at once when nobody answers
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SAVES_EVERY, CHECKS_EVERY = 10, 70


@dataclass(frozen=True)
class Visit:
    """One request: when, how long, what came of it. ``status`` 0 is no answer."""

    kind: str
    at: float
    seconds: float
    status: int
    why: str = ""
    name: str = ""

    @property
    def failed(self) -> bool:
        return not 200 <= self.status < 400


@dataclass
class Visitors:
    """What they do follows from their number, which begins at ``first``.

    Like a balancer they go to the next process when one refuses the connection, and only then.
    """

    ports: list[int]
    per_second: float
    site: Mapping[str, Any]
    servers: list[str]
    first: int = 0
    visits: list[Visit] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(MANY)
        self._thread = threading.Thread(target=self._come)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()

    def between(self, start: float, end: float) -> list[Visit]:
        """Those that came in this time."""
        return [visit for visit in tuple(self.visits) if start <= visit.at <= end]

    def saved(self) -> list[str]:
        """The names that were stored, as far as the page said so."""
        return [v.name for v in tuple(self.visits) if v.kind == "save" and v.status == 302]

    def _come(self) -> None:
        began, number = time.monotonic(), 0
        while not self._stop.wait(max(0.0, began + number / self.per_second - time.monotonic())):
            self._pool.submit(self._visit, self.first + number)
            number += 1

    def _visit(self, number: int) -> None:
        if number % CHECKS_EVERY == CHECKS_EVERY // 2:
            asked = self.site["asked"]
            turn = number // CHECKS_EVERY % len(asked)
            self._note("check", "POST", asked[turn], name=self.site["asked_names"][turn])
        elif number % SAVES_EVERY == SAVES_EVERY - 1:
            self._save(number // SAVES_EVERY)
        else:
            pages = self.site["pages"]
            self._note("look", "GET", pages[number % len(pages)])

    def _save(self, number: int) -> None:
        name = f"saved-{number}"
        values = {
            "name": name,
            "provider": "generic",
            "username": name,
            "secret": PASSWORD,
            "server": self.servers[number % len(self.servers)],
            "need": "pull",
            "act": "add",
        }
        self._note("save", "POST", self.site["add"], values, name=name)

    def _note(
        self,
        kind: str,
        method: str,
        path: str,
        values: Mapping[str, str] | None = None,
        **more: str,
    ) -> None:
        began, why = time.monotonic(), ""
        try:
            status = self._ask(method, path, values or {}, asks=kind == "check")
        except (OSError, http.client.HTTPException) as trouble:
            status, why = 0, type(trouble).__name__
        seconds = time.monotonic() - began
        self.visits.append(Visit(kind, began, seconds, status, why, **more))

    def _ask(self, method: str, path: str, values: Mapping[str, str], *, asks: bool) -> int:
        chosen = self.site["cookies_of_asker" if asks else "cookies"]
        cookies = "; ".join(f"{name}={value}" for name, value in chosen.items())
        headers = {"Host": "localhost", "Cookie": cookies, "Connection": "close"}
        body = None
        if method == "POST":
            body = urlencode({**values, "csrfmiddlewaretoken": self.site["csrf"]})
            headers |= FORM
        line = self._connected()
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        finally:
            line.close()

    def _connected(self) -> http.client.HTTPConnection:
        first = len(self.visits) % len(self.ports)
        for turn, port in enumerate([*self.ports[first:], *self.ports[:first]]):
            line = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_S)
            try:
                line.connect()
            except ConnectionRefusedError:
                if turn == len(self.ports) - 1:
                    raise
            else:
                return line
        raise AssertionError("no port")


def told(visits: Iterable[Visit], *, away: Callable[[Visit], bool] = lambda visit: False) -> str:
    """How many there were, how many failed outside of a known gap, and how slow they were."""
    every = list(visits)
    failed = [visit for visit in every if visit.failed]
    wrong = Counter(f"{one.kind} {one.status or one.why}" for one in failed if not away(one))
    slow = sorted(visit.seconds for visit in every)
    p95 = slow[int(len(slow) * 0.95)] if slow else 0.0
    kinds = Counter(visit.kind for visit in every)
    return (
        f"{len(every)} ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}), "
        f"failed {sum(wrong.values())}{' ' + str(dict(wrong)) if wrong else ''}, "
        f"failed in the gap {len(failed) - sum(wrong.values())}, "
        f"slowest {slow[-1] if slow else 0:.2f} s, p95 {p95:.2f} s"
    )
