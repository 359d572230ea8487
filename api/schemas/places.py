"""The shapes of workspaces, tokens, reports, schedules, notices, people and audit events."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.shape import ApiShape, Days, Line, Moment


class WorkspaceShape(ApiShape):
    """A workspace that the token is for. ``organization`` is null for the personal one."""

    id: UUID
    name: str
    organization: str | None
    slug: str
    role: str
    is_archived: bool


class TokenShape(ApiShape):
    """The token that a request has sent."""

    id: UUID
    name: str
    start: str
    person: str
    scopes: list[str]
    prefixes: list[str]
    networks: list[str]
    created_at: Moment
    expires_at: Moment


class ReportLineShape(ApiShape):
    """A credential in a section of the report."""

    id: UUID
    name: str
    status: str
    since: Moment
    ends_at: Moment | None


class ReportPartShape(ApiShape):
    """One section of the report, with the first 50 of its credentials."""

    section: str
    count: int
    lines: list[ReportLineShape]


class ReportShape(ApiShape):
    """The report of a workspace."""

    at: Moment
    since: Moment
    headline: str
    is_all_well: bool
    total: int
    valid: int
    push_not_proved: int
    overdue: int
    parts: list[ReportPartShape]


class ScheduleShape(ApiShape):
    """The schedule of a workspace; null: as the instance. Times such as 45m, 12h or 7d."""

    check_every: Line | None
    remind_before: Days | None = Field(max_length=20)
    keep_former: Line | None
    tell_new_address: bool


class NoticesShape(ApiShape):
    """Which notices of the workspace the token's person gets, and when."""

    delivery: Literal["at_once", "daily", "expiry", "nothing"]
    audience: Literal["by_role", "all", "own"]


class Snooze(ApiShape):
    """For how many days nobody gets notices about the credential."""

    days: int = Field(ge=1, le=30)


class ParticipantShape(ApiShape):
    """Somebody with a role in the workspace."""

    id: UUID
    name: str
    email: str
    role: str
    own_role: str | None
    by_teams: str
    through_organization: bool


class AuditEventShape(ApiShape):
    """One event of an audit log. ``number`` and ``hash`` are its place in the chain."""

    id: UUID
    at: Moment
    action: str
    sentence: str
    actor: str
    workspace: str
    target: str
    outcome: str
    via: str
    address: str
    details: dict[str, str | int | bool | list[str | int | bool | None] | None]
    number: int | None
    hash: str | None
