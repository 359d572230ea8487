"""The progress of a bulk check: exact counts, and the servers that it waits for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, Q, Value, When

from credentials_app.models import BulkCheck, BulkCheckEntry, RegistryOrigin
from credentials_app.presentation.badge import remark_on
from credentials_app.presentation.credential import label_of
from credentials_app.services.bulk_checks import OPEN
from credentials_app.status import PUSH_NOT_PROVED, STATUS_LABELS, Status, StatusLabel, Tone
from registry.addresses.origins import Origin
from registry.outcome import Outcome

MAX_BAD_ENTRIES = 25
MAX_ROWS = 100
BAD = [outcome.value for outcome in Outcome if label_of(outcome).tone is Tone.BAD]
DONE, LEFT, STOPPED = range(3)
PUSH_NOT_SHOWN = Q(
    outcome=Outcome.VALID, credential__status=Status.VALID, credential__push_not_proved=True
)


@dataclass(frozen=True)
class OutcomeCount:
    """How many checks had this result."""

    label: StatusLabel
    count: int


@dataclass(frozen=True)
class HeldServer:
    """``left`` credentials of one server must wait; the next check is possible at ``until``."""

    server: str
    left: int
    until: datetime


@dataclass(frozen=True)
class Progress:
    """Numbers of credentials: ``checked``; ``stopped``, as somebody paused them meanwhile;
    ``gone``, as somebody deleted them; ``left`` to check; ``given_up``, as a person left them to
    their schedule; ``push_not_proved``, of the valid ones."""

    bulk: BulkCheck
    found: tuple[OutcomeCount, ...]
    checked: int
    given_up: int
    stopped: int
    gone: int
    left: int
    held: tuple[HeldServer, ...]
    push_not_proved: int = 0

    @property
    def remark(self) -> StatusLabel:
        """The label of ``push_not_proved``."""
        return PUSH_NOT_PROVED

    @property
    def done(self) -> int:
        """How many of ``bulk.total`` nobody has to wait for."""
        return self.bulk.total - self.left

    @property
    def is_over(self) -> bool:
        return not self.left

    @property
    def percent(self) -> int:
        """``done`` in percent, rounded down: 100 means that all are done."""
        return 100 * self.done // self.bulk.total

    @property
    def waiting(self) -> int:
        """How many of those left have to wait for their registry."""
        return sum(each.left for each in self.held)

    @property
    def bad(self) -> int:
        """How many have a bad result."""
        return sum(each.count for each in self.found if each.label.tone is Tone.BAD)

    @property
    def has_left_out(self) -> bool:
        """True if it does not check all of them."""
        return bool(self.bulk.left_alone or self.given_up or self.stopped or self.gone)

    @property
    def poll(self) -> str:
        """The polling interval in htmx's notation; empty for no polling."""
        if self.is_over:
            return ""
        return "15s" if self.waiting == self.left else "2s" if self.bulk.total <= 1000 else "5s"


def progress_of(bulk: BulkCheck, now: datetime) -> Progress:
    """Two queries for any number of credentials."""
    groups = _groups(bulk, now)
    kinds = Counter[int]()
    for group in groups:
        kinds[group["kind"]] += group["count"]
    outcomes = Counter[str]()
    for group in groups:
        if group["kind"] == DONE:
            outcomes[group["outcome"]] += group["count"]
    given_up = outcomes.pop("", 0)
    return Progress(
        bulk=bulk,
        found=_outcome_counts(outcomes),
        checked=outcomes.total(),
        given_up=given_up,
        stopped=kinds[STOPPED],
        gone=bulk.total - kinds.total(),
        left=kinds[LEFT],
        held=_held([group for group in groups if group["kind"] == LEFT], now),
        push_not_proved=sum(group["push_not_proved"] for group in groups),
    )


def bad_entries(bulk: BulkCheck) -> list[BulkCheckEntry]:
    """The newest entries with a bad result."""
    bad = bulk.entries.filter(outcome__in=BAD).select_related("credential")
    return list(
        bad.defer("credential__sealed", "credential__searched_text").order_by("-done_at", "pk")[
            :MAX_BAD_ENTRIES
        ]
    )


def entry_rows(
    bulk: BulkCheck,
) -> list[tuple[BulkCheckEntry, StatusLabel | None, StatusLabel | None]]:
    """The newest results, then those that are still to come, each with its label, which is None
    for these, and its remark."""
    entries = bulk.entries.select_related("credential")
    unread = (f"credential__{name}" for name in ("sealed", "notes", "searched_text", "verdict"))
    order = (F("done_at").desc(nulls_last=True), "credential__name")
    shown = entries.defer(*unread).order_by(*order)[:MAX_ROWS]
    found = [(each, label_of(each.outcome) if each.outcome else None) for each in shown]
    return [
        (each, label, remark_on(each.credential, label) if label else None) for each, label in found
    ]


def _groups(bulk: BulkCheck, now: datetime) -> list[dict[str, Any]]:
    """The numbers of entries by server, outcome and kind."""
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
        push_not_proved=Count("pk", filter=PUSH_NOT_SHOWN),
    ).order_by()
    return [dict(group) for group in counted]


def _outcome_counts(outcomes: Counter[str]) -> tuple[OutcomeCount, ...]:
    """Counted by label, in the order of the table of labels."""
    counts = Counter[str]()
    labels = {label_of(outcome).key: label_of(outcome) for outcome in outcomes}
    for outcome, count in outcomes.items():
        counts[label_of(outcome).key] += count
    order = [label.key for label in STATUS_LABELS.values()]
    keys = sorted(labels, key=lambda key: order.index(key) if key in order else len(order))
    return tuple(OutcomeCount(labels[key], counts[key]) for key in keys)


def _held(open_groups: Iterable[dict[str, Any]], now: datetime) -> tuple[HeldServer, ...]:
    """By server: all of its credentials during a pause, else those that a rate limit postponed."""
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
    """The ends of the pauses of these registries; one without a pause is left out."""
    rows = RegistryOrigin.objects.filter(origin__in=servers)
    found = {}
    for origin, *times in rows.values_list("origin", "paused_until", "circuit_until"):
        until = max((at for at in times if at and at > now), default=None)
        if until:
            found[origin] = until
    return found
