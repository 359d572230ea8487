"""Where nothing could be looked at, since when and why: read from the credentials themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from credentials_app.lifecycle import A_PERSON_MUST_ACT, SHOWN_AFTER_LOOKS
from credentials_app.models import Credential, Outage
from credentials_app.status import Status
from registry.outcome import Outcome

OF_ITS_OWN = frozenset({*A_PERSON_MUST_ACT, Outcome.BROKEN_ANSWER})
"""Causes that say nothing about the registry as a whole: others may well be checked there."""
OWN_WORDS = [outcome.value for outcome in OF_ITS_OWN]


@dataclass(frozen=True)
class OutageKey:
    """A registry; with a workspace only what that one keeps for it, for a cause of its own."""

    server: str
    workspace: UUID | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """As the outages there are found."""
        return {"server": self.server, "workspace_id": self.workspace}


@dataclass(frozen=True)
class DetectedOutage:
    """Looks in vain at a spot: since when, how many, when the latest, and what it showed.

    ``worked_at`` is when anything was last looked at there with success.
    """

    since: datetime
    looks: int
    latest: datetime
    why: str
    worked_at: datetime | None = None

    def with_(self, other: "DetectedOutage") -> "DetectedOutage":
        """Both together."""
        newest = max(self, other, key=lambda each: each.latest)
        return DetectedOutage(
            min(self.since, other.since), self.looks + other.looks, newest.latest, newest.why
        )

    @property
    def goes_on(self) -> bool:
        """Whether nothing has worked since."""
        return self.worked_at is None or self.worked_at < self.latest

    def is_long(self, now: datetime, limit: timedelta) -> bool:
        """Whether it is worth telling: long enough, and seen more than once or beyond doubt."""
        sure = self.looks >= SHOWN_AFTER_LOOKS or self.why in A_PERSON_MUST_ACT
        return sure and now - self.since >= limit


def detected_outages() -> dict[OutageKey, DetectedOutage]:
    """Every spot where looks are in vain now."""
    found: dict[OutageKey, DetectedOutage] = {}
    for row in _grouped():
        own = row["could_not_look_why"] in OWN_WORDS
        spot = OutageKey(row["server"], row["workspace"] if own else None)
        seen = DetectedOutage(row["since"], row["looks"], row["latest"], row["could_not_look_why"])
        found[spot] = found[spot].with_(seen) if spot in found else seen
    worked = worked_at({spot.server for spot in found if spot.workspace is None})
    return {
        spot: DetectedOutage(seen.since, seen.looks, seen.latest, seen.why, worked.get(spot))
        for spot, seen in found.items()
    }


def worked_at(
    servers: Iterable[str], *, workspace: UUID | None = None
) -> dict[OutageKey, datetime]:
    """When something was last looked at with success at each of these servers."""
    rows = Credential.objects.filter(server__in=list(servers), last_conclusive_at__isnull=False)
    if workspace is not None:
        rows = rows.filter(workspace=workspace)
    latest = rows.values("server").annotate(at=Max("last_conclusive_at"))
    return {OutageKey(row["server"], workspace): row["at"] for row in latest}


def affected(spot: OutageKey) -> "QuerySet[Credential]":
    """What is not checked because of it: all of a registry, or what has the cause of its own."""
    rows = Credential.objects.filter(server=spot.server).exclude(status=Status.PAUSED)
    if spot.workspace is not None:
        rows = rows.filter(workspace=spot.workspace, could_not_look_why__in=OWN_WORDS)
    rows = rows.select_related("workspace__organization")
    return rows.defer("sealed", "notes", "verdict").order_by("pk")


def _grouped() -> Iterable[Any]:
    """Looks in vain, one row for each server, workspace and cause.

    What waits for its first look after an outage that is over is no new outage.
    """
    over = Outage.objects.filter(
        server=OuterRef("server"),
        workspace__isnull=True,
        over_at__gt=OuterRef("could_not_look_since"),
    )
    rows = Credential.objects.filter(could_not_look_since__isnull=False)
    rows = rows.exclude(status=Status.PAUSED).exclude(last_checked_at__isnull=True)
    rows = rows.filter(Q(could_not_look_why__in=OWN_WORDS) | ~Exists(over))
    return rows.values("server", "workspace", "could_not_look_why").annotate(
        since=Min("could_not_look_since"), looks=Sum("looks_in_vain"), latest=Max("last_checked_at")
    )
