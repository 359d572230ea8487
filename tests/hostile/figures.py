"""What the hostile suite counts, and how it is printed at the end of a run."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil
import pytest
from _pytest.terminal import TerminalReporter

PROPERTY = "hostile"
POLITE = "polite"
SECTIONS = {
    PROPERTY: "hostile servers, names and addresses",
    POLITE: "a day of many bad credentials",
}


@dataclass
class Figures:
    """The count of one part of the zoo. ``wrong`` names every case that did not go as it must."""

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
        """One case: counted, timed, and named when an assertion in it fails."""
        self.cases += 1
        started = time.monotonic()
        try:
            yield
        except AssertionError as failed:
            self.wrong.append(f"{name}: {failed}")
        self.slowest_s = max(self.slowest_s, time.monotonic() - started)

    @contextmanager
    def memory(self) -> Iterator[None]:
        """Measure how much the process has grown at the end."""
        gc.collect()
        before = psutil.Process().memory_info().rss
        yield
        gc.collect()
        self.growth_mb = (psutil.Process().memory_info().rss - before) / 2**20

    def conclude(self, *, limit_s: float) -> None:
        """Print the figures, then hold them: nothing forbidden, nothing stray, nothing wrong."""
        text = (
            f"{self.part}: {self.cases} cases, {self.forbidden} connections at forbidden "
            f"addresses, {self.strays} secrets at wrong recipients, slowest "
            f"{self.slowest_s:.2f} s, memory {self.growth_mb:+.1f} MB"
        )
        self.item.user_properties.append((PROPERTY, "; ".join([text, *self.notes])))
        assert not self.wrong, "\n".join(self.wrong)
        assert (self.forbidden, self.strays) == (0, 0), text
        assert self.slowest_s <= limit_s, text
        assert self.growth_mb <= 16, text


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """One line for every part, whoever ran it."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    for kind, title in SECTIONS.items():
        found = [getattr(r, "user_properties", ()) for r in reports]
        lines = {str(value) for properties in found for name, value in properties if name == kind}
        if lines:
            terminalreporter.section(title)
        for line in sorted(lines):
            terminalreporter.write_line(line)
