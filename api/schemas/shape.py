"""What all shapes have in common: an unknown member of a request is refused."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

Item = TypeVar("Item")
Moment = datetime
"""A time in UTC; pydantic spells it as RFC 3339 does, with ``Z``."""
Line = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
"""A text of a request without NUL, which no database stores."""
Text = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
Secretly = Annotated[SecretStr, Field(min_length=1, max_length=65_536)]
"""A secret, which prints as stars. Only requests have one."""
Days = list[Annotated[int, Field(ge=0, le=365)]]
Need = Literal["pull", "push"]


class ApiShape(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListOf(ApiShape, Generic[Item]):
    """One page of a list. ``next``: the cursor of the next page; null on the last one."""

    items: list[Item]
    next: str | None = None


class FaultShape(ApiShape):
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
