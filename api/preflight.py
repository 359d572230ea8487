"""Whether images can be pulled: for each the credential, its status, and a fresh check."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from api.answers import JSON
from api.auth import bearer_of
from api.fetch import Name, image_of, seat_in, workspace_of
from common.clock import database_now
from credentials_app import tasks
from credentials_app.exports.candidates import rows_at
from credentials_app.exports.fetching import decide
from credentials_app.models import Credential
from credentials_app.resolver import Resolution
from credentials_app.services.actions import check_now
from credentials_app.services.errors import AskedTooOften
from credentials_app.serving import Wish
from credentials_app.status import EXPIRING, Status
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["secrets"])
WORKING = frozenset({Status.VALID.value, EXPIRING.key})
NO_CREDENTIAL = "No credential of the workspace is for this image."
Works = Literal["yes", "no", "pending", "unknown"]


class PreflightWish(BaseModel):
    """Up to 200 images. What was checked longer ago than ``max_age_minutes`` is checked again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    images: Annotated[list[Name], Field(min_length=1, max_length=200)]
    workspace: UUID | None = None
    need: Literal["pull", "push"] = "pull"
    max_age_minutes: Annotated[int, Field(ge=1, le=10080)] = 60


class ImageShape(BaseModel):
    """One image. ``works``: *pending* while a check that was asked for is under way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    image: str
    works: Works
    credential: str | None
    status: str | None
    words: str


class PreflightShape(BaseModel):
    """One item for each image, in the order of the request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: list[ImageShape]


@router.post("/preflight", response=PreflightShape)
def run_preflight(request: HttpRequest, body: PreflightWish) -> HttpResponse:
    """Tell for each image whether its credential works, and ask for checks that are too old."""
    place = workspace_of(request, body.workspace)
    seat = seat_in(request, place, scope=TokenScope.CHECKS_RUN, can=Can.CHECK)
    images = [image_of(text, f"images/{number}") for number, text in enumerate(body.images)]
    prefixes, now = tuple(bearer_of(request).token.prefixes), database_now()
    rows = {row.pk: row for row in rows_at(seat.workspace, images)}
    found = [decide(image, rows.values(), Wish(body.need), prefixes, now) for image in images]
    since = now - timedelta(minutes=body.max_age_minutes)
    winners = {each.winner.pk for each in found if each.winner and not each.refused}
    waiting = {pk: _asked(seat, rows[pk], since, now) for pk in winners}
    items = [_told(each, rows, waiting, since) for each in found]
    return HttpResponse(PreflightShape(items=items).model_dump_json(), content_type=JSON)


def _asked(seat: Seat, row: Credential, since: datetime, now: datetime) -> bool | None:
    """Ask for a check of what was not checked since then. True: it is under way; None: too many
    were asked for."""
    if row.last_checked_at is not None and row.last_checked_at >= since:
        return False
    if row.asked_at is None and not row.is_being_checked(now):
        try:
            check_now(seat, row)
        except AskedTooOften:
            return None
        tasks.check_credential.delay_on_commit(row.pk)
    return True


def _told(
    found: Resolution,
    rows: dict[UUID, Credential],
    waiting: dict[UUID, bool | None],
    since: datetime,
) -> ImageShape:
    winner, image = found.winner, str(found.image)
    if winner is None:
        words = found.refused.words if found.refused else NO_CREDENTIAL
        return ImageShape(image=image, works="no", credential=None, status=None, words=words)
    works, words = _state(found, rows[winner.pk], waiting, since)
    return ImageShape(
        image=image, works=works, credential=winner.name, status=winner.label, words=words
    )


def _state(
    found: Resolution, row: Credential, waiting: dict[UUID, bool | None], since: datetime
) -> tuple[Works, str]:
    """Whether the winner works, in a word and in a sentence."""
    if found.refused:
        return "no", found.refused.words
    is_waiting = waiting[row.pk]
    if is_waiting is None:
        return "unknown", "It was not checked lately, and too many checks were asked for."
    if is_waiting:
        return "pending", "It is being checked."
    if row.last_conclusive_at is None or row.last_conclusive_at < since:
        return "unknown", "It could not be checked."
    if found.winner and found.winner.label in WORKING:
        return "yes", "It works."
    return "unknown", "The check proves nothing about the password."
