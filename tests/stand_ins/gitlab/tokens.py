"""Everything that can stand in the password field: access, deploy, job and OAuth tokens."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tests.stand_ins.gitlab.people import User
from tests.stand_ins.gitlab.places import Project

API = frozenset({"api", "read_api"})
REGISTRY = frozenset({"read_registry", "write_registry"})
GRANULAR = ("granular",)
SCOPES = (
    API
    | REGISTRY
    | set(GRANULAR)
    | {"read_user", "read_repository", "write_repository", "self_rotate"}
    | {"create_runner", "manage_runner", "ai_features", "k8s_proxy", "sudo", "admin_mode"}
    | {"read_package_registry", "write_package_registry", "read_virtual_registry"}
)


class Kind(StrEnum):
    PERSONAL = "personal"
    PROJECT = "project"
    GROUP = "group"
    IMPERSONATION = "impersonation"
    SERVICE_ACCOUNT = "service_account"


class Power(StrEnum):
    """The permissions of fine-grained tokens that the registry and the token service require."""

    READ_IMAGES = "read_container_repository"
    DELETE_IMAGES = "delete_container_repository"
    READ_TOKEN = "read_personal_access_token"
    READ_PROJECT = "read_project"


@dataclass(frozen=True)
class Permission:
    """A power within a boundary: a group or project path, or empty for the user."""

    power: Power
    boundary: str = ""


@dataclass(eq=False)
class AccessToken:
    """A personal, project, group, impersonation or service account token.

    It ends at 00:00 UTC *on* ``expires_on``. ``family`` is shared with the tokens that it was
    rotated from and to.
    """

    id: int
    token: str
    owner: User
    scopes: tuple[str, ...]
    expires_on: date | None
    created_at: datetime
    family: int
    kind: Kind = Kind.PERSONAL
    name: str = "made-up token"
    revoked: bool = False
    deleted: bool = False
    permissions: tuple[Permission, ...] = ()
    last_used_at: datetime | None = None
    last_used_ips: list[str] = field(default_factory=list)

    @property
    def is_granular(self) -> bool:
        return self.scopes == GRANULAR

    def is_expired(self, now: datetime) -> bool:
        return self.expires_on is not None and self.expires_on <= now.date()

    def is_active(self, now: datetime) -> bool:
        return not self.revoked and not self.is_expired(now)


@dataclass(eq=False)
class DeployToken:
    """A token of projects or groups (``places``: their paths); it ends at an instant."""

    id: int
    username: str
    token: str
    scopes: tuple[str, ...]
    places: tuple[str, ...]
    expires_at: datetime | None = None
    revoked: bool = False

    def is_active(self, now: datetime) -> bool:
        return not self.revoked and (self.expires_at is None or self.expires_at >= now)


@dataclass(eq=False)
class Job:
    """A CI job; its token lives while it runs."""

    id: int
    token: str
    project: Project
    owner: User
    running: bool = True


@dataclass(eq=False)
class OAuthToken:
    """What an application got for its user; useful for a short time."""

    id: int
    token: str
    owner: User
    scopes: tuple[str, ...]
    expires_at: datetime
    revoked: bool = False

    def is_active(self, now: datetime) -> bool:
        return not self.revoked and now < self.expires_at
