"""A finding: what was looked at, how it is, and what to do. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


STATUSES = {Severity.OK: 0, Severity.WARNING: 1, Severity.PROBLEM: 2}
"""The exit status of a command for its worst finding."""


@dataclass(frozen=True)
class Finding:
    """``sentence`` says how it is and never contains a secret; ``advice`` says what to do."""

    severity: Severity
    sentence: str
    advice: str = ""

    @property
    def status(self) -> int:
        return STATUSES[self.severity]


def fine(sentence: str) -> Finding:
    """Nothing to do."""
    return Finding(Severity.OK, sentence)


def warning(sentence: str, advice: str) -> Finding:
    """Somebody should do this soon."""
    return Finding(Severity.WARNING, sentence, advice)


def problem(sentence: str, advice: str) -> Finding:
    """Something does not work, or is not safe."""
    return Finding(Severity.PROBLEM, sentence, advice)
