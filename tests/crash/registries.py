"""Registries that take their time, so that whatever is killed is killed in the middle of checks."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.stand_ins.plain_registry import PlainRegistry
from tests.stand_ins.wire import Answer, Incoming

DELAY_S = 0.1
PASSWORD = "made-up-password-1"
WRONG_PASSWORD = "made-up-password-2"
SAVED = 2000  # so many may be added at the pages meanwhile
ASKED = 10  # of so many the pages may ask for a check


class SlowRegistry(PlainRegistry):
    """Answers by the book, a moment later."""

    delay_s = DELAY_S

    def _by_the_book(self, incoming: Incoming) -> Answer:
        return replace(super()._by_the_book(incoming), delay_s=self.delay_s)


@dataclass
class Registries:
    """Big registries where all is well, and a small one for each login that is refused.

    A kill may repeat a refused login. Where it is the only one, no budget of failed logins delays
    it, whatever the budgets are.
    """

    big: list[SlowRegistry]
    small: list[SlowRegistry]
    good: int
    refused: int

    @property
    def all(self) -> list[SlowRegistry]:
        return [*self.big, *self.small]

    @property
    def servers(self) -> list[str]:
        return [each.url for each in self.all]

    def logins(self) -> list[dict[str, str]]:
        """Every credential that is to be stored: its name, its server, what it will be told."""
        good = [
            {
                "name": f"good-{number}",
                "server": self.big[number % len(self.big)].url,
                "password": PASSWORD,
                "outcome": "valid",
            }
            for number in range(self.good)
        ]
        refused = [
            {
                "name": f"refused-{number}",
                "server": self.small[number].url,
                "password": WRONG_PASSWORD,
                "outcome": "rejected",
            }
            for number in range(self.refused)
        ]
        return good + refused

    def asked(self) -> list[dict[str, str]]:
        """Some more that are well, for people who ask for checks."""
        login = {"password": PASSWORD, "outcome": "valid"}
        urls = [each.url for each in self.big]
        return [
            {"name": f"asked-{number}", "server": urls[number % len(urls)], **login}
            for number in range(ASKED)
        ]

    def requests(self) -> int:
        """How many requests came to any of them."""
        return sum(len(each.requests) for each in self.all)

    def sign_ins(self) -> int:
        """How many of these carried a password."""
        return sum(one.authorized for each in self.all for one in tuple(each.requests))


@contextlib.contextmanager
def registries(*, good: int, refused: int, big: int = 1) -> Iterator[Registries]:
    """Registries for so many credentials of each kind; user names are the credentials' names."""
    with contextlib.ExitStack() as opened:
        everybody = {f"good-{number}": PASSWORD for number in range(good)}
        everybody |= {f"refused-{number}": PASSWORD for number in range(refused)}
        everybody |= {f"saved-{number}": PASSWORD for number in range(SAVED)}
        everybody |= {f"asked-{number}": PASSWORD for number in range(ASKED)}
        made = [SlowRegistry(scheme="basic", people=everybody) for _ in range(big + refused)]
        for each in made:
            opened.enter_context(each)
        yield Registries(made[:big], made[big:], good, refused)
