"""Evidence: the steps and facts of a check, without secrets, opinions or foreign text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.certificate import Certificate
from registry.words.message import Message


class StepName(StrEnum):
    """The steps that a check can take."""

    OFFLINE = "offline"  # no request: the text of the secret decides
    PING = "ping"  # /v2/ without a login
    API = "api"  # the provider's token introspection
    SIGN_IN = "sign_in"  # the realm, with the login
    HEALTH = "health"  # the realm, without a login
    CANARY = "canary"  # the realm, with the provider's probe user name and a made-up password
    ENTRY = "entry"  # /v2/ with the token that the sign-in gave
    MADE_UP = "made_up"  # the accept-all probe: a sign-in with a made-up login
    MEMBERSHIPS = "memberships"  # the provider's API: which projects can the token reach?
    REPOSITORY = "repository"  # the tags of the repository that the need names
    PULL = "pull"  # the sign-in that asks for pull, after one without a scope
    PUSH = "push"  # the sign-in that asks for push, for a repository that exists
    HINT = "hint"  # /v2/ of an origin where a web host's registry may be


@dataclass(frozen=True)
class Step:
    """One request and its answer. ``took_ms`` in milliseconds; ``status`` None: no answer came.

    ``to`` is the origin as text, empty when there was no request. ``code`` is the registry's own
    error code (`[A-Z_]{1,64}`) or empty. ``rule`` is the name of the rule that fits the answer: the
    provider's, a common one, or one of :mod:`registry.rules.own`. ``retry_after_s`` in seconds.
    ``certificate`` is the server's, where a failed TLS handshake is about it.
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
    certificate: Certificate | None = None


class ExpirySource(StrEnum):
    """The source of an end date."""

    PROVIDER = "provider"
    SECRET = "secret"  # noqa: S105  # the source is named, not a password
    TYPED = "typed"
    BY_DESIGN = "by_design"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LastUse:
    """When and from where a secret was last used, by the provider's own answer.

    ``at`` by our clock, aware; None: it was never used. ``addresses`` as text, the most recent
    ones that the provider keeps; None: it does not tell them. Calls of ours may be among them.
    """

    at: datetime | None
    addresses: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Facts:
    """The facts that a check showed. None: the check could not see it. Times are aware."""

    scheme: str = ""  # "basic", "bearer", "none"; empty: no challenge was read
    realm: Origin | None = None  # the sign-in host that the challenge names
    provider: str = "generic"  # the slug of the provider whose rules applied
    kind: str = ""  # the slug of the kind of secret
    username_wanted: str = ""  # the user name of this kind of secret, if another one was given
    scopes: frozenset[str] | None = None  # by the provider's API, or its token
    asked: frozenset[str] = frozenset()  # actions on the repository that sign-ins asked for
    granted: frozenset[str] | None = None  # actions on the repository that the registry granted
    role: int | None = None  # access level in the repository's project, by the provider's API
    repository_exists: bool | None = None
    expires_at: datetime | None = None
    expires_source: ExpirySource = ExpirySource.UNKNOWN
    lives: timedelta | None = None  # the whole life of a kind of secret that always ends soon
    token_lifetime_s: int | None = None  # of the token that a sign-in gives, in seconds
    recipients: frozenset[Origin] = frozenset()  # they and the server may get the login
    asks: Origin | None = None  # a sign-in host that a person must confirm first
    suggested_server: str = ""  # the registry that was found behind a web host
    refuses_made_up: bool | None = None  # the accept-all probe was refused; None: not tried
    last_use: LastUse | None = None  # of the secret; it may be a call of ours


@dataclass(frozen=True)
class Evidence:
    """The steps of one check, in their order, and the facts that they showed."""

    steps: tuple[Step, ...] = ()
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class NextRequest:
    """A request that a check sends now: its step, its origin, and the steps before it.

    ``provider``: the slug of the provider whose rules apply so far.
    """

    name: StepName
    to: Origin
    done: tuple[Step, ...]
    provider: str


Follow = Callable[[NextRequest], None]
"""Is called before each request, for somebody who waits. What it raises ends the check."""


def for_nobody(_request: NextRequest) -> None:
    """The default: nobody waits for the steps."""
