"""How far a check of many has come: counts that are true, and who waits for what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When

from credentials_app.models import BulkCheck, BulkCheckEntry, RegistryOrigin
from credentials_app.presentation.credential import label_of
from credentials_app.services.bulk_checks import OPEN
from credentials_app.status import STATUS_LABELS, StatusLabel, Tone
from registry.addresses.origins import Origin
from registry.outcome import Outcome

MOST_SHOWN = 25
BAD = [outcome.value for outcome in Outcome if label_of(outcome).tone is Tone.BAD]
DONE, LEFT, STOPPED = range(3)


@dataclass(frozen=True)
class OutcomeCount:
    """What looks showed, and how many of them."""

    sign: StatusLabel
    count: int


@dataclass(frozen=True)
class HeldServer:
    """``left`` credentials of one server that must wait; the next may go at ``until``."""

    server: str
    left: int
    until: datetime


@dataclass(frozen=True)
class Progress:
    """``looked`` were looked at, ``stopped`` paused meanwhile, ``gone`` deleted, ``left`` to go;
    ``given_up`` were left to the schedule by a person."""

    bulk: BulkCheck
    found: tuple[OutcomeCount, ...]
    looked: int
    given_up: int
    stopped: int
    gone: int
    left: int
    held: tuple[HeldServer, ...]

    @property
    def done(self) -> int:
        """How many of ``bulk.total`` nobody waits for any more."""
        return self.bulk.total - self.left

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return not self.left

    @property
    def percent(self) -> int:
        """The same of a hundred; a hundred only when all is done."""
        return 100 * self.done // self.bulk.total

    @property
    def waiting(self) -> int:
        """How many of those left must wait for their registry."""
        return sum(each.left for each in self.held)

    @property
    def bad(self) -> int:
        """How many were found bad."""
        return sum(each.count for each in self.found if each.sign.tone is Tone.BAD)

    @property
    def has_left_out(self) -> bool:
        """Whether there are some that it does not look at."""
        return bool(self.bulk.left_alone or self.given_up or self.stopped or self.gone)

    @property
    def poll(self) -> str:
        """How soon a page should ask again, as htmx reads it; empty for not at all."""
        if self.is_over:
            return ""
        return "15s" if self.waiting == self.left else "2s" if self.bulk.total <= 1000 else "5s"


def progress_of(bulk: BulkCheck, now: datetime) -> Progress:
    """Two queries, however many credentials it is about."""
    groups = _groups(bulk, now)
    kinds = Counter[int]()
    for group in groups:
        kinds[group["kind"]] += group["count"]
    looked = Counter[str]()
    for group in groups:
        if group["kind"] == DONE:
            looked[group["outcome"]] += group["count"]
    given_up = looked.pop("", 0)
    return Progress(
        bulk=bulk,
        found=_found(looked),
        looked=looked.total(),
        given_up=given_up,
        stopped=kinds[STOPPED],
        gone=bulk.total - kinds.total(),
        left=kinds[LEFT],
        held=_held([group for group in groups if group["kind"] == LEFT], now),
    )


def bad_entries(bulk: BulkCheck) -> list[BulkCheckEntry]:
    """The first of those that were found bad, newest first."""
    bad = bulk.entries.filter(outcome__in=BAD).select_related("credential")
    return list(bad.defer("credential__sealed").order_by("-done_at", "pk")[:MOST_SHOWN])


def _groups(bulk: BulkCheck, now: datetime) -> list[dict[str, Any]]:
    """The entries counted by server, outcome and kind."""
    kind = Case(
        When(done_at__isnull=False, then=Value(DONE)),
        When(OPEN, then=Value(LEFT)),
        default=Value(STOPPED),
        output_field=IntegerField(),
    )
    later = Q(credential__next_check_at__gt=now)
    grouped = bulk.entries.annotate(kind=kind).values("credential__server", "outcome", "kind")
    counted = grouped.annotate(
        count=Count("pk"),
        later=Count("pk", filter=later),
        until=Min("credential__next_check_at", filter=later),
    ).order_by()
    return [dict(group) for group in counted]


def _found(looked: Counter[str]) -> tuple[OutcomeCount, ...]:
    """Counted by sign, in the order in which the signs are told everywhere."""
    by_sign = Counter[str]()
    signs = {label_of(outcome).key: label_of(outcome) for outcome in looked}
    for outcome, count in looked.items():
        by_sign[label_of(outcome).key] += count
    order = [sign.key for sign in STATUS_LABELS.values()]
    keys = sorted(signs, key=lambda key: order.index(key) if key in order else len(order))
    return tuple(OutcomeCount(signs[key], by_sign[key]) for key in keys)


def _held(open_groups: Iterable[dict[str, Any]], now: datetime) -> tuple[HeldServer, ...]:
    """Per server: everything while its registry is left alone, else what its budget put off."""
    groups = {group["credential__server"]: group for group in open_groups}
    if not groups:
        return ()
    pauses = _pauses(list(groups), now)
    held = []
    for server, group in groups.items():
        pause = pauses.get(server)
        count = group["count"] if pause else group["later"]
        until = max(filter(None, (pause, group["until"] if not pause else None)), default=None)
        if count and until:
            held.append(HeldServer(Origin.parse(server).display, count, until))
    return tuple(sorted(held, key=lambda each: (-each.left, each.server)))


def _pauses(servers: list[str], now: datetime) -> dict[str, datetime]:
    """Until when these registries are left alone, where they are."""
    rows = RegistryOrigin.objects.filter(origin__in=servers)
    found = {}
    for origin, *times in rows.values_list("origin", "paused_until", "circuit_until"):
        until = max((at for at in times if at and at > now), default=None)
        if until:
            found[origin] = until
    return found
