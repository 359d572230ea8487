"""Tokens as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Subquery

from workspaces.models import ApiToken, ApiTokenPlace, Departure, Workspace

NEAR = timedelta(days=14)
A_MOMENT = timedelta(seconds=1)
"""The clocks of database and process differ by less."""
MOST_NAMED = 20


@dataclass(frozen=True)
class TokenLine:
    """A token, its workspaces and its state: *works*, *ends soon*, *expired* or *revoked*."""

    row: ApiToken
    places: tuple[str, ...]
    state: str
    tone: str

    @property
    def icon(self) -> str:
        """The icon beside the state."""
        return {"good": "circle-check", "warn": "hourglass"}.get(self.tone, "circle-x")

    @property
    def is_living(self) -> bool:
        """True if it can be revoked."""
        return self.tone in ("good", "warn")


def token_lines(rows: Iterable[ApiToken], now: datetime) -> list[TokenLine]:
    """The lines of these tokens, which ``tokens_shown`` returned."""
    return [TokenLine(row, _places(row), *_state(row, now)) for row in rows]


def tokens_of_leavers(workspace: Workspace) -> list[Departure]:
    """Who left the workspace with API tokens that ended by it; ``tokens``: how many."""
    ended = ApiTokenPlace.objects.filter(
        workspace=workspace,
        token__person_id=OuterRef("person_id"),
        ended_at__gte=OuterRef("at") - A_MOMENT,
    )
    count = ended.order_by().values("workspace").annotate(count=Count("pk")).values("count")
    gone = Departure.objects.filter(workspace=workspace, returned_at=None)
    return list(gone.annotate(tokens=Subquery(count)).filter(tokens__gt=0)[:MOST_NAMED])


def _places(row: ApiToken) -> tuple[str, ...]:
    open_places = [each.workspace for each in row.places.all() if each.ended_at is None]
    return tuple(sorted(place.label for place in open_places))


def _state(row: ApiToken, now: datetime) -> tuple[str, str]:
    if row.ended_at is not None:
        return f"Revoked by {row.ended_by or row.get_ended_how_display()}", "quiet"
    if row.expires_at <= now:
        return "Expired", "quiet"
    return ("Ends soon", "warn") if row.expires_at <= now + NEAR else ("Works", "good")
