"""What is checked, and what for: a login, and the need that it has to meet."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.secret import Secret


class AcceptAllProbe(StrEnum):
    """What is known of a registry's answer to a login that nobody has."""

    NONE = "none"
    TRY = "try"  # not known: find out
    KNOWN = "known"  # it lets everybody in


@dataclass(frozen=True)
class Login:
    """One pair of user name and secret, and where it may go.

    ``provider`` is a slug of :mod:`registry.providers`. ``recipients`` are the sign-in and API
    origins that the pair is pinned to, besides the server itself; None means that this is the
    first look, which pins by rule. ``expires_on`` is the end date that a person typed in.
    ``probe`` is about registries that let a login in: would they let in anybody?
    """

    server: Origin
    username: str
    secret: Secret
    provider: str = "generic"
    recipients: frozenset[Origin] | None = None
    http_allowed: bool = False
    ca_pem: str = ""
    expires_on: date | None = None
    probe: AcceptAllProbe = AcceptAllProbe.NONE


@dataclass(frozen=True)
class Need:
    """What the login is kept for: pulling, or pulling and pushing; of which repository."""

    push: bool = False
    repository: str = ""

    @property
    def actions(self) -> frozenset[str]:
        """The registry actions that this need takes (distribution's token scope words)."""
        return frozenset({"pull", "push"}) if self.push else frozenset({"pull"})
