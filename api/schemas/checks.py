"""The shapes of checks."""

from uuid import UUID

from pydantic import Field

from api.schemas.shape import ApiShape, Moment


class CheckRequest(ApiShape):
    """``again``: send the login although the registry refused it today."""

    again: bool = False


class StepShape(ApiShape):
    """One step of a check: a request and its answer, without secrets."""

    name: str
    words: str
    went_well: bool
    method: str
    to: str
    path: str
    status: int | None
    code: str
    took_ms: int
    said: str


class ProgressShape(ApiShape):
    """A check that runs or waits. ``is_moving`` false: nothing runs, read ``checks``.

    ``ask_again_ms``: when to ask again.
    """

    is_moving: bool
    status: str
    note: str | None
    until: Moment | None
    why: str
    running: str
    steps: list[StepShape]
    ask_again_ms: int | None


class RunShape(ApiShape):
    """One check of a credential."""

    id: UUID
    started_at: Moment
    took_ms: int
    outcome: str
    status: str
    cause: str
    counted: bool


class RunDetail(RunShape):
    """One check with its steps, and the hosts besides the registry that got the login."""

    steps: list[StepShape]
    recipients: list[str]


class ManyChecks(ApiShape):
    """Which credentials to check: those of these keys, or null for all of the workspace."""

    credentials: list[UUID] | None = Field(None, max_length=1000)


class ManyShape(ApiShape):
    """A check of many: numbers of credentials."""

    id: UUID
    asked_at: Moment
    total: int
    checked: int
    left: int
    found: dict[str, int]
