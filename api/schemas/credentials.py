"""The shapes of credentials and their secrets."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.shape import ApiShape, Days, Line, Moment, Need, Secretly, Text


class RightShape(ApiShape):
    """A right that a credential needs, and what the last check saw of it."""

    name: str
    held: Literal["held", "missing", "unseen"]


class StatusShape(ApiShape):
    """What a credential is, and whether it works.

    ``note`` is *checking*, *waiting* or *could_not_check*; ``push_not_proved``: it works, and
    nothing shows that it may push.
    """

    id: UUID
    name: str
    provider: str
    server: str
    repository: str
    need: Need
    status: str
    since: Moment
    note: str | None
    push_not_proved: bool
    checked_at: Moment | None
    next_check_at: Moment | None
    ends_at: Moment | None
    ends_source: str


class CredentialShape(StatusShape):
    """A credential as a list has it; never its secret."""

    username: str
    tags: list[str]
    owner: str | None
    secret_version: int
    secret_set_at: Moment
    changed_at: Moment


class CredentialDetail(CredentialShape):
    """A credential with all that people typed and the last check said."""

    notes: str
    expires_on: date | None
    check_every: str | None
    remind_before: list[int] | None
    cause: str
    steps: list[str]
    rights: list[RightShape]
    sign_in_host_to_confirm: str | None


class NewCredential(ApiShape):
    """The values of a new credential. ``owner``: the e-mail address of somebody in the workspace,
    null for nobody. ``use_anyway``: the secret is right although it looks wrong."""

    name: Line
    server: Line
    username: Line = ""
    secret: Secretly
    provider: Line = "generic"
    need: Need = "pull"
    repository: Line = ""
    expires_on: date | None = None
    tags: list[Line] = Field(default=[], max_length=50)
    owner: Line | None = None
    notes: Text = ""
    check_every: Line | None = None
    remind_before: Days | None = Field(None, max_length=20)
    use_anyway: bool = False


class CredentialChange(ApiShape):
    """The values to change; those that are left out stay. A new server or user name needs the
    secret again."""

    name: Line | None = None
    server: Line | None = None
    username: Line | None = None
    secret: Secretly | None = None
    provider: Line | None = None
    need: Need | None = None
    repository: Line | None = None
    expires_on: date | None = None
    tags: list[Line] | None = Field(None, max_length=50)
    owner: Line | None = None
    notes: Text | None = None
    check_every: Line | None = None
    remind_before: Days | None = Field(None, max_length=20)
    use_anyway: bool = False


class Replacement(ApiShape):
    """A new secret. It is tried first, and stored if it works; ``untried``: stored at once.

    ``leaked``: the old secret is known to somebody else, and no copy of it is kept.
    """

    secret: Secretly
    expires_on: date | None = None
    leaked: bool = False
    untried: bool = False
    use_anyway: bool = False


class ReplacementShape(ApiShape):
    """What came of a new secret: *trying*, *stored*, *refused*, or *over* (nothing was stored)."""

    id: UUID
    state: Literal["trying", "stored", "refused", "over"]
    outcome: str | None = None
    cause: str = ""
    secret_version: int


class FormerSecretShape(ApiShape):
    """A secret that was replaced and can be brought back."""

    id: UUID
    secret_version: int
    set_at: Moment
    ended_at: Moment
    kept_until: Moment


class BringBack(ApiShape):
    """Which former secret is stored again."""

    former: UUID


class BinnedShape(ApiShape):
    """A deleted credential that can be brought back."""

    id: UUID
    name: str
    server: str
    deleted_at: Moment
    deleted_by: str
    kept_until: Moment


class Restoring(ApiShape):
    """Another name, if a living credential has the old one."""

    name: Line = ""
