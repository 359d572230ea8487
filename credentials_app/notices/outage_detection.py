"""Detects outages from the credentials: where no check succeeds, since when, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from credentials_app.lifecycle import A_PERSON_MUST_ACT, SHOWN_AFTER_LOOKS
from credentials_app.models import Credential, Outage
from credentials_app.status import Status
from registry.outcome import Outcome

OF_ITS_OWN = frozenset({*A_PERSON_MUST_ACT, Outcome.BROKEN_ANSWER})
"""Outcomes that concern one workspace only: others may well be checked at the same registry."""
CERTAIN_AT_ONCE = A_PERSON_MUST_ACT | {Outcome.THROTTLED, Outcome.BANNED}
"""Outcomes that are certain after one check. After a ban or a limit nothing is sent, so that no
further check confirms it."""
OWN_WORDS = [outcome.value for outcome in OF_ITS_OWN]


@dataclass(frozen=True)
class OutageKey:
    """A registry. With a workspace: only its credentials, with an outcome of ``OF_ITS_OWN``."""

    server: str
    workspace: UUID | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The column values of its outages."""
        return {"server": self.server, "workspace_id": self.workspace}


@dataclass(frozen=True)
class DetectedOutage:
    """Inconclusive checks of one key: since when, how many, the latest, and its outcome.

    A check that is held back for longer than its interval is one too, when that is noticed.
    ``worked_at`` is the time of the latest conclusive check there.
    """

    since: datetime
    checks: int
    latest: datetime
    why: str
    worked_at: datetime | None = None

    def merged_with(self, other: "DetectedOutage") -> "DetectedOutage":
        """Both as one."""
        newest = max(self, other, key=lambda each: each.latest)
        return DetectedOutage(
            min(self.since, other.since), self.checks + other.checks, newest.latest, newest.why
        )

    @property
    def goes_on(self) -> bool:
        """True if no check has been conclusive since."""
        return self.worked_at is None or self.worked_at < self.latest

    def is_long(self, now: datetime, limit: timedelta) -> bool:
        """True if it lasts for ``limit`` and is certain: several checks, or a clear outcome."""
        is_certain = self.checks >= SHOWN_AFTER_LOOKS or self.why in CERTAIN_AT_ONCE
        return is_certain and now - self.since >= limit


def detected_outages() -> dict[OutageKey, DetectedOutage]:
    """Every key with inconclusive checks now."""
    found: dict[OutageKey, DetectedOutage] = {}
    for row in _grouped():
        own = row["could_not_look_why"] in OWN_WORDS
        key = OutageKey(row["server"], row["workspace"] if own else None)
        group = DetectedOutage(
            row["since"], row["checks"], row["latest"], row["could_not_look_why"]
        )
        found[key] = found[key].merged_with(group) if key in found else group
    worked = worked_at({key.server for key in found if key.workspace is None})
    return {
        key: DetectedOutage(each.since, each.checks, each.latest, each.why, worked.get(key))
        for key, each in found.items()
    }


def worked_at(
    servers: Iterable[str], *, workspace: UUID | None = None
) -> dict[OutageKey, datetime]:
    """The time of the latest conclusive check at each of these servers."""
    rows = _not_made_up().filter(server__in=list(servers), last_conclusive_at__isnull=False)
    if workspace is not None:
        rows = rows.filter(workspace=workspace)
    latest = rows.values("server").annotate(at=Max("last_conclusive_at"))
    return {OutageKey(row["server"], workspace): row["at"] for row in latest}


def affected(key: OutageKey) -> "QuerySet[Credential]":
    """The credentials that an outage concerns: all of the registry, or the workspace's own."""
    rows = _not_made_up().filter(server=key.server).exclude(status=Status.PAUSED)
    if key.workspace is not None:
        rows = rows.filter(workspace=key.workspace, could_not_look_why__in=OWN_WORDS)
    rows = rows.select_related("workspace__organization")
    return rows.defer("sealed", "notes", "searched_text", "verdict").order_by("pk")


def _not_made_up() -> "QuerySet[Credential]":
    """All credentials but those of samples, whose checks did not happen, and of archives."""
    return Credential.objects.filter(workspace__is_sample=False, workspace__archived_at=None)


def _grouped() -> Iterable[Any]:
    """Inconclusive checks, one row for each server, workspace and outcome.

    A credential that waits for its first check after a closed outage makes no new outage.
    """
    over = Outage.objects.filter(
        server=OuterRef("server"),
        workspace__isnull=True,
        over_at__gt=OuterRef("could_not_look_since"),
    )
    rows = _not_made_up().filter(could_not_look_since__isnull=False)
    rows = rows.exclude(status=Status.PAUSED).exclude(last_checked_at__isnull=True)
    rows = rows.filter(Q(could_not_look_why__in=OWN_WORDS) | ~Exists(over))
    return rows.values("server", "workspace", "could_not_look_why").annotate(
        since=Min("could_not_look_since"),
        checks=Sum("looks_in_vain"),
        latest=Max(Greatest("last_checked_at", "could_not_look_since")),
    )
