"""The figures that the hostile suite counts."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import pytest

from tests.summary import HOSTILE, leave


@dataclass
class Figures:
    """The figures of one part of the suite. ``wrong`` names every case that failed."""

    part: str
    item: pytest.Item
    cases: int = 0
    forbidden: int = 0
    strays: int = 0
    slowest_s: float = 0.0
    growth_mb: float = 0.0
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @contextmanager
    def case(self, name: str) -> Iterator[None]:
        """Count and time one case; name it if an assertion in it fails."""
        self.cases += 1
        started = time.monotonic()
        try:
            yield
        except AssertionError as failed:
            self.wrong.append(f"{name}: {failed}")
        self.slowest_s = max(self.slowest_s, time.monotonic() - started)

    @contextmanager
    def memory(self) -> Iterator[None]:
        """Measure by how much the memory of the process grows."""
        gc.collect()
        before = psutil.Process().memory_info().rss
        yield
        gc.collect()
        self.growth_mb = (psutil.Process().memory_info().rss - before) / 2**20

    def conclude(self, *, limit_s: float) -> None:
        """Print the figures; assert that nothing was forbidden, stray or wrong."""
        text = (
            f"{self.part}: {self.cases} cases, {self.forbidden} connections at forbidden "
            f"addresses, {self.strays} secrets at wrong recipients, slowest "
            f"{self.slowest_s:.2f} s, memory {self.growth_mb:+.1f} MB"
        )
        leave(self.item, HOSTILE, "; ".join([text, *self.notes]))
        assert not self.wrong, "\n".join(self.wrong)
        assert (self.forbidden, self.strays) == (0, 0), text
        assert self.slowest_s <= limit_s, text
        assert self.growth_mb <= 16, text
