"""One GitLab: its state, clock, key and URLs, and a record of changes."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.stand_ins.gitlab.bans import Bans
from tests.stand_ins.gitlab.clock import Clock
from tests.stand_ins.gitlab.flags import Flags
from tests.stand_ins.gitlab.signing import Signer
from tests.stand_ins.gitlab.state import State


@dataclass(frozen=True)
class Deed:
    """Something that a checker must never cause, such as `created` with a repository's path."""

    what: str
    of: str


@dataclass
class Instance:
    """The state that web and registry share. ``root`` is a relative URL root such as `/gitlab`."""

    state: State
    clock: Clock
    signer: Signer
    root: str = ""
    bans: Bans = field(default_factory=Bans)
    deeds: list[Deed] = field(default_factory=list)
    seen: dict[str, list[datetime]] = field(default_factory=dict)
    web_url: str = ""
    registry_url: str = ""

    @property
    def flags(self) -> Flags:
        return self.state.flags

    @property
    def realm(self) -> str:
        return self.flags.realm or f"{self.web_url}/jwt/auth"

    def now(self) -> datetime:
        return self.clock.now()

    def did(self, what: str, of: str) -> None:
        """Note something that a checker must never cause."""
        self.deeds.append(Deed(what, of))
