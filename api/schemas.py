"""The shapes of requests and answers. An unknown member of a request is refused."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PlainSerializer, StringConstraints

Item = TypeVar("Item")


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_utc, return_type=str, when_used="json")]
"""A time in UTC, as RFC 3339 spells it with ``Z``."""
Line = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
"""A text of a request without NUL, which no database stores."""


class Shape(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListOf(Shape, Generic[Item]):
    """One page of a list. ``next``: the cursor of the next page; null on the last one."""

    items: list[Item]
    next: str | None = None


class FaultShape(Shape):
    """One wrong value of a request."""

    pointer: str
    code: str
    detail: str = ""


class ProblemShape(BaseModel):
    """A problem, as in RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    request_id: str
    detail: str | None = None
    errors: list[FaultShape] | None = None


class WorkspaceShape(Shape):
    """A workspace that the token is for. ``organization`` is null for the personal one."""

    id: UUID
    name: str
    organization: str | None
    slug: str
    role: str
    is_archived: bool
    is_sample: bool


class TokenShape(Shape):
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
