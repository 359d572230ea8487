"""Tokens as lists show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workspaces.models import ApiToken

NEAR = timedelta(days=14)


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


def _places(row: ApiToken) -> tuple[str, ...]:
    open_places = [each.workspace for each in row.places.all() if each.ended_at is None]
    return tuple(sorted(place.label for place in open_places))


def _state(row: ApiToken, now: datetime) -> tuple[str, str]:
    if row.ended_at is not None:
        return f"Revoked by {row.ended_by or row.get_ended_how_display()}", "quiet"
    if row.expires_at <= now:
        return "Expired", "quiet"
    return ("Ends soon", "warn") if row.expires_at <= now + NEAR else ("Works", "good")
