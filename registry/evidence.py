"""What was seen, step by step, without secrets, without opinions, without foreign text."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.words.message import Message


class StepName(StrEnum):
    """The places where a conversation can stand."""

    OFFLINE = "offline"  # nothing was sent: the secret itself told
    PING = "ping"  # /v2/ without a login
    API = "api"  # the provider's token introspection
    SIGN_IN = "sign_in"  # the realm, with the login
    HEALTH = "health"  # the realm, without a login
    CANARY = "canary"  # the realm, with a made-up job token
    ENTRY = "entry"  # /v2/ with the login, or with the token it bought
    MADE_UP = "made_up"  # the sign-in, with a pair that nobody has
    MEMBERSHIPS = "memberships"  # what the provider's API says the token can reach
    REPOSITORY = "repository"  # the repository that was named
    PULL = "pull"  # the sign-in that asks to pull, once one without a scope was accepted
    PUSH = "push"  # the sign-in that asks for push, for a repository that exists
    HINT = "hint"  # looking for the real registry behind a web host


@dataclass(frozen=True)
class Step:
    """One request and what came of it. ``took_ms`` in milliseconds; no answer: ``status`` None.

    ``code`` is the registry's own error code (`[A-Z_]{1,64}`) or empty; ``rule`` is the name
    of the row that recognised the answer (a refusal of the provider's table, or a word of
    :mod:`registry.flows.login`).
    """

    name: StepName
    to: str
    method: str
    path: str
    status: int | None
    code: str
    took_ms: int
    rule: str
    message: Message
    retry_after_s: int | None = None


class ExpirySource(StrEnum):
    """Where an end date is known from."""

    PROVIDER = "provider"
    SECRET = "secret"  # noqa: S105  # the source is named, not a password
    TYPED = "typed"
    BY_DESIGN = "by_design"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Facts:
    """What the conversation found out. None means that it could not be seen."""

    scheme: str = ""  # "basic", "bearer", "none"; empty: never got that far
    realm: Origin | None = None
    provider: str = "generic"  # the slug of the provider that was asked
    kind: str = ""  # the provider's word for the kind of credential
    scopes: frozenset[str] | None = None  # named by the provider's API
    asked: frozenset[str] = frozenset()  # actions that a sign-in asked for on the repository
    granted: frozenset[str] | None = None  # actions that the registry granted on the repository
    role: int | None = None  # access level in the repository's project, by the provider's API
    repository_exists: bool | None = None
    expires_at: datetime | None = None
    expires_source: ExpirySource = ExpirySource.UNKNOWN
    lives: timedelta | None = None  # the whole life of a kind that dies by design
    token_lifetime_s: int | None = None
    recipients: frozenset[Origin] = frozenset()  # who the login was, or may be, sent to
    asks: Origin | None = None  # a sign-in host that a person must confirm first
    suggested_server: str = ""
    refuses_made_up: bool | None = None  # None: it was not tried


@dataclass(frozen=True)
class Evidence:
    """The trail of one check."""

    steps: tuple[Step, ...] = ()
    facts: Facts = field(default_factory=Facts)
