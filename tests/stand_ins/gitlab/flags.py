"""The switches of an instance, and the odd answers that it may be told to give."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from tests.stand_ins.wire import Answer

BANNED = "Too many failed authentication attempts from this IP"
BANNED_BEFORE_16_10 = "Gitlab::Auth::IpBlocked"


class Texts(StrEnum):
    """Whose 401 texts are spoken: of this year, of 15 to 17, of 10 to 14."""

    CURRENT = "current"
    FROM_15 = "from 15"
    FROM_10 = "from 10"


@dataclass(frozen=True)
class Ban:
    """How many failed logins of an address within which time shut it out for how long."""

    max_failures: int = 10
    window: timedelta = timedelta(minutes=1)
    time: timedelta = timedelta(hours=1)
    text: str = BANNED
    everything: bool = False  # old versions shut the address out of API and web too


GITLAB_COM_BAN = Ban(300, timedelta(minutes=1), timedelta(minutes=15))
SELF_MANAGED_BAN = Ban(30, timedelta(minutes=3), timedelta(hours=1))


@dataclass(frozen=True)
class Throttle:
    """How many requests a minute an address has at the web origin, API included."""

    limit: int = 0
    retry_after_s: int = 30
    name: str = "throttle_unauthenticated_web"


@dataclass
class Flags:
    """All at their defaults is a healthy self-managed GitLab.

    ``instead`` gives other answers, a redirect, a page or a delay: by door (`web`, `registry`),
    by the start of a path at the web origin (`/jwt/auth`, `/api/v4`) or at the registry
    (`registry/v2/team`). ``realm`` replaces the realm that the registry names,
    ``named_service`` the service (empty: it names none).
    ``lose_rotation``: a rotation is done and its answer never arrives.
    """

    registry_enabled: bool = True
    maintenance: bool = False
    ban: Ban | None = None
    throttle: Throttle | None = None
    unique_ips_retry_after_s: int | None = None
    strip_authorization: bool = False
    dependency_proxy: bool = True
    texts: Texts = Texts.CURRENT
    password_for_git: bool = True
    two_factor_enforced: bool = False
    impersonation: bool = True
    external_authorization: bool = False
    api: bool = True
    realm: str = ""
    image_prefix: str = ""
    token_time: timedelta = timedelta(minutes=5)
    issuer: str = "gitlab-issuer"
    service: str = "container_registry"
    named_service: str | None = None
    registry_trusts_gitlab: bool = True
    registry_clock_ahead: timedelta = timedelta(0)
    lose_rotation: bool = False
    tells_last_use: bool = True
    tells_addresses: bool = True
    use_kept_every: timedelta = timedelta(minutes=10)  # before 16.1: 24 hours
    instead: dict[str, Answer] = field(default_factory=dict)
