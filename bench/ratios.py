"""Compares the runs of bench.sweep with each other and with the aims. Pure."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

FIRST, SCHEDULED, SILENT, SKOPEO = "first check", "scheduled", "one origin silent", "skopeo login"


@dataclass(frozen=True)
class Figures:
    """The cost of one run, from due to recorded, without the credentials of the silent origin.

    ``processes``: those for scheduled checks; 0: skopeo. ``registry_ms_each``: the CPU time of the
    registries that answer, which is in no other figure.
    """

    name: str
    processes: int
    count: int
    wall_s: float
    cpu_ms_each: float
    registry_ms_each: float = 0.0
    statements_each: float = 0.0
    peak_mb: float = 0.0
    good: int = 0

    @property
    def per_second(self) -> float:
        return self.count / self.wall_s


@dataclass(frozen=True)
class Ratio:
    """A ratio of two runs: one value for each round. ``aim`` is at least, or at most, so much."""

    name: str
    values: tuple[float, ...]
    aim: float | None = None
    at_most: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_reached(self) -> bool:
        """True if the median reaches the aim; without an aim it is always true."""
        if self.aim is None:
            return True
        return self.median <= self.aim if self.at_most else self.median >= self.aim

    def line(self) -> str:
        told = f"{self.name:52} {self.median:6.2f}"
        if len(self.values) > 1:
            told += f" ({min(self.values):.2f} to {max(self.values):.2f})"
        if self.aim is not None:
            word = "at most" if self.at_most else "at least"
            told += f"; aim: {word} {self.aim:g}, {'' if self.is_reached else 'not '}reached"
        return told


def ratios(runs: Sequence[Figures]) -> list[Ratio]:
    """The ratios of these runs of one backend, in the order in which they ran."""
    found = [*_against_skopeo(runs), *_more_processes(runs), *_first(runs)]
    return [each for each in found if each.values]


def _scheduled(runs: Sequence[Figures], processes: int) -> list[Figures]:
    """One run for each round: the first of those that follow each other."""
    return [
        each
        for before, each in zip([None, *runs], runs, strict=False)
        if each.name == SCHEDULED
        and each.processes == processes
        and (before is None or before.name != FIRST)
    ]


def _processes(runs: Sequence[Figures]) -> list[int]:
    return sorted({each.processes for each in runs if each.name == SCHEDULED})


def _against_skopeo(runs: Sequence[Figures]) -> list[Ratio]:
    theirs = [each for each in runs if each.name == SKOPEO]
    cpu, speed = [], []
    for processes in _processes(runs):
        pairs = _pairs(_scheduled(runs, processes), theirs)
        of = _of(processes)
        cpu.append(
            Ratio(
                f"CPU of a check / of a skopeo login, {of}",
                _each(pairs, lambda ours, skopeo: ours.cpu_ms_each / skopeo.cpu_ms_each),
                aim=0.25,
                at_most=True,
            )
        )
        speed.append(
            Ratio(
                f"checks / skopeo logins in a second, {of}",
                _each(pairs, lambda ours, skopeo: ours.per_second / skopeo.per_second),
                aim=6 if processes == 2 else None,
            )
        )
    return [*cpu, *speed]


def _more_processes(runs: Sequence[Figures]) -> list[Ratio]:
    one = _scheduled(runs, 1)
    return [
        Ratio(
            f"speed of {_of(processes)} / of 1",
            _each(
                _pairs(_scheduled(runs, processes), one),
                lambda more, single: more.per_second / single.per_second,
            ),
            aim=1.7 if processes == 2 else None,
        )
        for processes in _processes(runs)
        if processes > 1
    ]


def _first(runs: Sequence[Figures]) -> list[Ratio]:
    """A first check, and the scheduled check of the same credentials, which follows it."""
    pairs = [(first, after) for first, after in pairwise(runs) if first.name == FIRST]
    return [
        Ratio(
            "CPU of a first check / of a scheduled one",
            _each(pairs, lambda first, after: first.cpu_ms_each / after.cpu_ms_each),
            aim=2,
            at_most=True,
        ),
        Ratio(
            "statements of a first check / of a scheduled one",
            _each(pairs, lambda first, after: first.statements_each / after.statements_each),
            aim=2,
            at_most=True,
        ),
    ]


Pair = tuple[Figures, Figures]


def _pairs(some: Sequence[Figures], others: Sequence[Figures]) -> list[Pair]:
    """The runs of the same round, if both were made."""
    return list(zip(some, others, strict=True)) if others else []


def _each(pairs: Sequence[Pair], divide: Callable[[Figures, Figures], float]) -> tuple[float, ...]:
    return tuple(divide(*pair) for pair in pairs)


def _of(processes: int) -> str:
    return f"{processes} process{'es' if processes > 1 else ''}"
