"""The two values that a check takes: a login, and the need that it must meet."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.addresses.origins import Origin
from registry.secret import Secret


class AcceptAllProbe(StrEnum):
    """The state of the accept-all probe: does this registry accept a made-up login?"""

    NONE = "none"  # do not probe
    TRY = "try"  # not known yet: probe
    KNOWN = "known"  # it accepts every login


@dataclass(frozen=True)
class Login:
    """A user name and a secret, and the origins that may get them.

    ``provider`` is a slug of :mod:`registry.providers`. ``recipients`` are the sign-in and API
    origins that the login is pinned to, in addition to the server itself; None means that this is
    the first check, which pins by rule. ``http_realms`` are the sign-in origins besides the server
    for which plain http is allowed; they get the login only if they are recipients too. ``ca_pem``
    are extra authorities (PEM). ``expires_on`` is
    the end date that a person typed.
    """

    server: Origin
    username: str
    secret: Secret
    provider: str = "generic"
    recipients: frozenset[Origin] | None = None
    http_allowed: bool = False
    http_realms: frozenset[Origin] = frozenset()
    ca_pem: str = ""
    expires_on: date | None = None
    probe: AcceptAllProbe = AcceptAllProbe.NONE


@dataclass(frozen=True)
class Need:
    """What the login is for: pull, or pull and push; ``repository`` empty: none is named.

    ``was_pulled``: an earlier check proved that this login may pull from this repository, so that
    it existed then.
    """

    push: bool = False
    repository: str = ""
    was_pulled: bool = False

    @property
    def actions(self) -> frozenset[str]:
        """The actions that this need takes (distribution, docs/content/spec/auth/scope.md)."""
        return frozenset({"pull", "push"}) if self.push else frozenset({"pull"})
