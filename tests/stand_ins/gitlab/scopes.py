"""A scope taken apart, and the part of it that was granted."""

import re
from dataclasses import dataclass

from tests.stand_ins.gitlab.places import Project

PATH = re.compile(
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+"
)


class MalformedScope(Exception):
    """A scope without a place or without actions, on which GitLab stumbles."""


@dataclass(frozen=True)
class Wish:
    """One scope, taken apart at its first two colons."""

    type: str
    name: str
    actions: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Wish":
        parts = text.split(":", 2)
        if len(parts) < 3 or not parts[1]:
            raise MalformedScope(text)
        return cls(parts[0], parts[1], tuple(parts[2].split(",")))


@dataclass(frozen=True)
class Grant:
    """A wish as far as it is granted; ``project`` is None for the catalog."""

    type: str
    name: str
    actions: tuple[str, ...]
    project: Project | None = None
