"""What is checked, and what for: a login, and the need that it has to meet."""

from dataclasses import dataclass
from datetime import date

from registry.address import Origin
from registry.secret import Secret


@dataclass(frozen=True)
class Login:
    """One pair of user name and secret, and where it may go.

    ``provider`` is a slug of :mod:`registry.providers`. ``recipients`` are the sign-in and API
    origins that the pair is pinned to, besides the server itself; None means that this is the
    first look, which pins by rule. ``expires_on`` is the end date that a person typed in. With
    ``doubt`` a registry that lets the login in is also tried with one that nobody has.
    """

    server: Origin
    username: str
    secret: Secret
    provider: str = "generic"
    recipients: frozenset[Origin] | None = None
    http_allowed: bool = False
    ca_pem: str = ""
    expires_on: date | None = None
    doubt: bool = False


@dataclass(frozen=True)
class Need:
    """What the login is kept for: pulling, or pulling and pushing; of which repository."""

    push: bool = False
    repository: str = ""

    @property
    def actions(self) -> frozenset[str]:
        """The registry actions that this need takes (distribution's token scope words)."""
        return frozenset({"pull", "push"}) if self.push else frozenset({"pull"})
