"""Reads an overview in four statements, however much is stored."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, RowNumber

from credentials_app.models import CheckRun, Credential, StatusChange
from credentials_app.overview.figures import Answer, Figures, Tally
from credentials_app.overview.scope import OverviewScope
from credentials_app.overview.strip import DAYS_AHEAD, week_starts
from credentials_app.presentation.list_conditions import (
    ATTENTION,
    BAD,
    END,
    acknowledged,
    condition_of,
    ended,
    snoozed,
)
from credentials_app.presentation.list_order import order_by
from credentials_app.selectors import ends_until, with_tags
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, Status
from workspaces.models import Workspace

MOST_CARDS, MOST_ENDS, MOST_CHANGES = 8, 200, 10
MOST_REGISTRIES, MOST_ANSWERS = 6, 12
ANSWERS_OF = timedelta(days=7)
NEW = timedelta(days=1)
NONE = Value("", TextField())
WORKSPACE, SERVER, OWNER, WEEK = "workspace", "server", "owner", "week"
NAMES = ("total", "broken", "fresh", "ending", "vain", "works", "paused")
NOT_READ = ("sealed", "notes", "searched_text")


def figures_of(scope: OverviewScope, now: datetime) -> Figures:
    """Every count, in one statement: by workspace, registry, owner and week of the end."""
    rows = scope.rows().order_by()
    ends = rows.filter(_is_on_the_strip(now)).annotate(end=END)
    parts = [
        _counted(rows, WORKSPACE, Cast("workspace", TextField()), NONE, _whole(now)),
        _counted(rows, SERVER, Cast("server", TextField()), NONE, _short(now)),
        _counted(rows, OWNER, _owner_key(), _owner_name(), _short(now)),
        _counted(ends, WEEK, Cast(_week_of(now), TextField()), NONE, _short(now)),
    ]
    found: dict[str, list[Tally]] = defaultdict(list)
    for kind, key, label, *numbers in parts[0].union(*parts[1:], all=True):
        found[kind].append(Tally(key, label, *numbers))
    return Figures(
        by_workspace={UUID(each.key): each for each in found[WORKSPACE]},
        by_server=tuple(found[SERVER]),
        by_owner=tuple(found[OWNER]),
        by_week={int(each.key): each.total for each in found[WEEK]},
    )


def rows_of(scope: OverviewScope, now: datetime) -> list[Credential]:
    """What to do, what ends soon, and what is checked next; the most urgent first."""
    rows = scope.rows()
    urgent = rows.filter(needs_somebody(now)).exclude(snoozed(now)).exclude(acknowledged(now))
    ends = rows.filter(_is_on_the_strip(now)).order_by(END, "pk")
    following = rows.filter(next_check_at__isnull=False).order_by("next_check_at")
    keys = (
        _first(urgent.order_by(*order_by("status", now)), MOST_CARDS),
        _first(ends, MOST_ENDS),
        _first(following, 1),
    )
    found = with_tags(Credential.objects.filter(pk__in=keys[0].union(*keys[1:])))
    related = ["owner"]
    if scope.workspaces is None:
        related += ["workspace__organization", "workspace__owner"]
    found = found.defer(*NOT_READ).select_related(*related)
    return list(found.order_by(*order_by("status", now)))


def without_samples(places: Sequence[Workspace]) -> Sequence[Workspace]:
    """These workspaces; samples and archives count only while there is nothing else to count."""
    real = [place for place in places if not (place.is_sample or place.archived_at)]
    if len(real) == len(places):
        return places
    return real if Credential.objects.filter(workspace__in=real).exists() else places


def places_of(keys: Collection[UUID]) -> list[Workspace]:
    """These workspaces, for readers who are in none of them."""
    return list(Workspace.objects.filter(pk__in=keys).select_related("organization", "owner"))


def changes_of(scope: OverviewScope) -> list[StatusChange]:
    """The newest status changes: all are of the credentials whose status is the newest."""
    changed = scope.rows().filter(status_since__gt=F("created_at")).order_by("-status_since")
    changes = scope.changes(_first(changed, MOST_CHANGES)).select_related("credential")
    if scope.workspaces is None:
        place = "credential__workspace"
        changes = changes.select_related(f"{place}__organization", f"{place}__owner")
    heavy = [f"credential__{name}" for name in (*NOT_READ, "verdict")]
    return list(changes.defer(*heavy).order_by("-at", "-pk")[:MOST_CHANGES])


def answers_of(scope: OverviewScope, servers: list[str], now: datetime) -> list[Answer]:
    """The newest answers of these registries to the checks of these workspaces, newest first."""
    if not servers:
        return []
    checked = scope.rows().filter(server__in=servers, last_checked_at__gt=now - ANSWERS_OF)
    latest = checked.annotate(place=_place("server", "last_checked_at"))
    keys = latest.filter(place__lte=MOST_ANSWERS).values("pk")
    runs = CheckRun.every.filter(credential__in=keys, started_at__gt=now - ANSWERS_OF)
    numbered = runs.annotate(place=_place("credential__server", "started_at"))
    numbered = numbered.filter(place__lte=MOST_ANSWERS).order_by("place")
    names = ("credential__server", "credential__shown_provider", "took_ms", "outcome")
    return [Answer(*values) for values in numbered.values_list(*names)]


def needs_somebody(now: datetime) -> Q:
    """Bad, ends soon, could not be checked, or nothing was proved."""
    named = (ATTENTION, EXPIRING.key, COULD_NOT_CHECK.key, Status.UNPROVED)
    found = Q(pk__in=[])
    for value in named:
        found |= condition_of(value, now)
    return found


def _is_on_the_strip(now: datetime) -> Q:
    """Not bad now, and its end is on the strip."""
    ends = ends_until(now, now + timedelta(days=DAYS_AHEAD))
    return ~Q(status__in=[*BAD, Status.PAUSED]) & ends


def _place(group: str, at: str) -> Window:
    """The place of a row among those of its group, the newest first."""
    return Window(RowNumber(), partition_by=[F(group)], order_by=F(at).desc())


def _first(rows: "QuerySet[Credential]", most: int) -> "QuerySet[Credential, Any]":
    """The keys of the first rows, in a form that a union may hold."""
    return Credential.objects.filter(pk__in=rows.values("pk")[:most]).order_by().values("pk")


def _counted(
    rows: "QuerySet[Credential]",
    kind: str,
    key: Combinable,
    label: Combinable,
    numbers: dict[str, Any],
) -> "QuerySet[Credential, Any]":
    """The numbers of each group of rows."""
    named = rows.annotate(kind=Value(kind, TextField()), key=key, label=label)
    return named.values_list("kind", "key", "label").annotate(**numbers)


def _whole(now: datetime) -> dict[str, Any]:
    """The numbers of the tiles, by the same rules as the filters of the list."""
    broken = condition_of(ATTENTION, now)
    yesterday = now - NEW
    is_new = Q(status__in=BAD, status_since__gt=yesterday) | (
        ended(now) & Q(expires_at__gt=yesterday)
    )
    conditions = {
        "broken": broken,
        "fresh": is_new,
        "ending": condition_of(EXPIRING.key, now),
        "vain": condition_of(COULD_NOT_CHECK.key, now),
        "works": condition_of(Status.VALID, now),
        "paused": condition_of(Status.PAUSED, now),
    }
    counts = {name: Count("pk", filter=each) for name, each in conditions.items()}
    return {"total": Count("*"), **counts}


def _short(now: datetime) -> dict[str, Any]:
    """How many, and how many of them are bad; the columns of a union are the same."""
    others = dict.fromkeys(NAMES[2:], Value(0))
    return {
        "total": Count("*"),
        "broken": Count("pk", filter=condition_of(ATTENTION, now)),
        **others,
    }


def _owner_key() -> Combinable:
    return Coalesce(Cast("owner", TextField()), NONE)


def _owner_name() -> Combinable:
    return Coalesce("owner__name", NONE, output_field=TextField())


def _week_of(now: datetime) -> Case:
    """The number of the column of the strip in which a row ends; the last day decides."""
    ends = [When(end__lte=each, then=Value(n)) for n, each in enumerate(week_starts(now)[1:])]
    return Case(*ends, default=Value(len(ends)), output_field=IntegerField())
