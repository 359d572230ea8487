"""Where images live: groups and projects, with their members and switches."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tests.stand_ins.gitlab.people import Role, User


class Visibility(StrEnum):
    PRIVATE = "private"
    INTERNAL = "internal"
    PUBLIC = "public"


class RegistryLevel(StrEnum):
    """Who may use a project's registry: nobody, members only, everyone who sees the project."""

    DISABLED = "disabled"
    PRIVATE = "private"
    ENABLED = "enabled"


@dataclass(eq=False)
class Group:
    """A group, also of groups: its members and rules count for everything below its path.

    ``allowed_networks``: the IP allow list, empty for everyone. ``fine_grained_from``: the day
    from which legacy tokens get nothing here.
    """

    id: int
    path: str
    members: dict[User, Role] = field(default_factory=dict)
    visibility: Visibility = Visibility.PRIVATE
    allowed_networks: tuple[str, ...] = ()
    fine_grained_from: date | None = None


@dataclass(eq=False)
class Project:
    """A project; ``repositories`` are its image paths, in lower case, with their tags.

    ``protected`` says which role pushing to a path (with `*`) takes. ``job_projects`` are paths
    of projects whose jobs may pull here. ``invited`` are members of an invited group: what role
    they have is not told to their tokens.
    """

    id: int
    path: str
    members: dict[User, Role] = field(default_factory=dict)
    visibility: Visibility = Visibility.PRIVATE
    registry: RegistryLevel = RegistryLevel.ENABLED
    repositories: dict[str, list[str]] = field(default_factory=dict)
    protected: dict[str, Role] = field(default_factory=dict)
    job_projects: tuple[str, ...] = ()
    invited: dict[User, Role] = field(default_factory=dict)
    ci_enabled: bool = True
    over_storage_limit: bool = False


def holds(place: str, path: str) -> bool:
    """Whether ``path`` is this place or lies below it."""
    return path.lower() == place.lower() or path.lower().startswith(f"{place.lower()}/")
