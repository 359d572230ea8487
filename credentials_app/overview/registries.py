"""The registries that an overview shows, with small bars of their answers. Pure."""

import math
import re
from dataclasses import dataclass

from credentials_app.overview.figures import Answer, Tally
from credentials_app.presentation.provider_marks import ProviderMark, provider_mark
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.providers import detect

BAR, GAP, TALLEST = 3, 2, 20
"""In pixels: the width of a bar, the room between two, the height of the slowest answer."""
QUICK_MS, SLOW_MS = 50, 10_000
"""Answers at or below the one have the shortest bar, at or above the other the tallest."""
BREAKS = re.compile(r"(?<=[.:/-])")


@dataclass(frozen=True)
class Bar:
    """The bar of one check; ``could_look`` is false if the check was inconclusive."""

    x: int
    y: int
    height: int
    could_look: bool


@dataclass(frozen=True)
class RegistryInUse:
    """A registry with the number of its credentials and its newest answers, the oldest first."""

    host: str
    mark: ProviderMark
    total: int
    broken: int
    last_ms: int | None
    could_look: bool
    bars: tuple[Bar, ...]
    width: int
    height: int = TALLEST

    @property
    def host_parts(self) -> list[str]:
        """The host in parts, between which a line may break."""
        return BREAKS.split(self.host)


def registry_in_use(tally: Tally, answers: list[Answer]) -> RegistryInUse:
    """``answers``: those to checks of one's own workspaces alone, the newest first."""
    origin = Origin.parse(tally.key)
    slug = answers[0].provider if answers else detect(origin).slug
    bars = tuple(_bar(number, each) for number, each in enumerate(reversed(answers)))
    return RegistryInUse(
        host=origin.display,
        mark=provider_mark(slug),
        total=tally.total,
        broken=tally.broken,
        last_ms=answers[0].took_ms if answers else None,
        could_look=_could_look(answers[0]) if answers else True,
        bars=bars,
        width=max(len(bars) * (BAR + GAP) - GAP, 1),
    )


def _bar(number: int, answer: Answer) -> Bar:
    took = min(max(answer.took_ms, QUICK_MS), SLOW_MS)
    share = math.log(took / QUICK_MS) / math.log(SLOW_MS / QUICK_MS)
    height = round(4 + share * (TALLEST - 4))
    return Bar(number * (BAR + GAP), TALLEST - height, height, _could_look(answer))


def _could_look(answer: Answer) -> bool:
    return Outcome(answer.outcome).is_conclusive
