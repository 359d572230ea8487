"""The counts of an overview, and what the registries answered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True)
class Tally:
    """The numbers of some credentials: of a workspace, a registry, an owner or a week.

    ``fresh``: bad since a day at most. ``vain``: could not be checked. Of a registry, an owner and
    a week only ``total`` and ``broken`` are counted.
    """

    key: str = ""
    label: str = ""
    total: int = 0
    broken: int = 0
    fresh: int = 0
    ending: int = 0
    vain: int = 0
    works: int = 0
    paused: int = 0

    @property
    def share(self) -> int:
        """How many of a hundred work; 100 only if all do, 0 only if none does."""
        if not self.total or self.works in {0, self.total}:
            return 100 if self.works else 0
        return min(max(round(100 * self.works / self.total), 1), 99)

    @property
    def is_all_well(self) -> bool:
        """True if all that is not paused works, and none ends soon."""
        checked = self.total - self.paused
        return checked > 0 and self.works == checked and not (self.ending or self.vain)


class Answer(NamedTuple):
    """How long the requests of one check took, at which registry."""

    server: str
    provider: str
    took_ms: int
    outcome: str


@dataclass(frozen=True)
class Figures:
    """All counts of an overview; ``by_week``: of the columns of the strip."""

    by_workspace: Mapping[UUID, Tally]
    by_server: tuple[Tally, ...]
    by_owner: tuple[Tally, ...]
    by_week: Mapping[int, int]

    @property
    def whole(self) -> Tally:
        """The numbers of all workspaces together."""
        each = self.by_workspace.values()
        return Tally(
            total=sum(one.total for one in each),
            broken=sum(one.broken for one in each),
            fresh=sum(one.fresh for one in each),
            ending=sum(one.ending for one in each),
            vain=sum(one.vain for one in each),
            works=sum(one.works for one in each),
            paused=sum(one.paused for one in each),
        )


def largest(tallies: tuple[Tally, ...], most: int) -> list[Tally]:
    """Those with the most credentials, in this order."""
    return sorted(tallies, key=lambda each: (-each.total, each.label, each.key))[:most]
