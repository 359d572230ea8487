"""Records what checks were told of the last uses: for a whole batch in a fixed number of queries.

On its own: what a use means is decided in `last_use.py`, without queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from credentials_app.checks.last_use import (
    NEAR_A_CALL,
    JudgedUse,
    KnownUses,
    is_near,
    judge_use,
    proved_address,
)
from credentials_app.checks.result import CheckResult
from credentials_app.models import CheckRun, Credential, OwnAddress, SeenAddress, WorkspaceRule
from registry.evidence import LastUse

RETENTION = timedelta(days=90)
REFRESH_AFTER = timedelta(days=1)
MOST_KEPT = 50
"""Addresses of a credential, and of ours at a server of a workspace: a server that names others at
every check fills no table."""
USE_COLUMNS = ("use_seen", "used_at", "use_told_at")

Addresses = dict[UUID, dict[str, SeenAddress]]
Place = tuple[UUID, str]
"""A workspace, and a server that it has credentials of."""
OwnAddresses = dict[Place, dict[str, OwnAddress]]


def note_uses(
    rows: Mapping[UUID, Credential],
    results: Mapping[UUID, CheckResult],
    rules: Mapping[UUID, WorkspaceRule],
) -> dict[UUID, tuple[str, ...]]:
    """Write the last uses into these rows without saving them, and save the addresses.

    Takes the results of checks that were told of a last use. Returns the columns to save, by row.
    """
    told = {pk: use for pk, result in results.items() if (use := result.evidence.facts.last_use)}
    started = {pk: results[pk].started_at for pk in told}
    places = {pk: (rows[pk].workspace_id, rows[pk].server) for pk in told}
    own = _own_addresses(places, told, started)
    seen, calls = _seen_addresses(told), _calls(told, started)
    fresh: list[SeenAddress] = []
    surplus: list[int] = []
    for pk, use in told.items():
        row = rows[pk]
        judged = judge_use(
            use, _known(row, own[places[pk]], seen[pk], calls.get(pk, [])), started[pk]
        )
        _write(row, judged, started[pk])
        rule = rules.get(row.workspace_id)
        tells = judged.news if rule is not None and rule.tell_new_address else frozenset()
        listed = _listed(row, use, seen[pk], tells=tells, at=started[pk])
        surplus += _surplus(use, seen[pk], sum(each.pk is None for each in listed))
        fresh += listed
    _save_addresses(fresh)
    if surplus:
        SeenAddress.objects.filter(pk__in=surplus).delete()
    return dict.fromkeys(told, USE_COLUMNS)


def delete_old_addresses(*, now: datetime) -> None:
    """Delete addresses that no check has seen for 90 days."""
    for model in (SeenAddress, OwnAddress):
        model._default_manager.filter(last_at__lt=now - RETENTION).delete()


def _known(
    row: Credential,
    own: Iterable[str],
    seen: Mapping[str, SeenAddress],
    calls: Iterable[datetime],
) -> KnownUses:
    """Addresses that only a former secret was used from were never listed for this one."""
    since = row.secret_set_at
    return KnownUses(
        own=frozenset(own),
        addresses=frozenset(text for text, kept in seen.items() if kept.last_at >= since),
        used_at=row.used_at,
        calls=tuple(calls),
        stored_at=row.secret_set_at,
    )


def _write(row: Credential, judged: JudgedUse, at: datetime) -> None:
    row.use_seen, row.used_at, row.use_told_at = judged.seen, judged.used_at, at


def _own_addresses(
    places: Mapping[UUID, Place], told: Mapping[UUID, LastUse], started: Mapping[UUID, datetime]
) -> OwnAddresses:
    """Our own addresses at each place, with those that these answers prove; all are saved."""
    own: OwnAddresses = defaultdict(dict)
    workspaces = {workspace for workspace, _server in places.values()}
    servers = {server for _workspace, server in places.values()}
    for row in OwnAddress.objects.filter(workspace__in=workspaces, server__in=servers):
        own[row.workspace_id, row.server][row.address] = row
    changed: dict[tuple[Place, str], OwnAddress] = {}
    for pk, use in told.items():
        place = places[pk]
        for row in _learned(place, own[place], use, started[pk]):
            own[place][row.address] = changed[place, row.address] = row
    if changed:
        OwnAddress.objects.bulk_create(
            [changed[key] for key in sorted(changed)],
            update_conflicts=True,
            unique_fields=["workspace", "server", "address"],
            update_fields=["last_at"],
        )
        _delete_oldest(own.values())
    return own


def _delete_oldest(places: Iterable[dict[str, OwnAddress]]) -> None:
    surplus: list[OwnAddress] = []
    for kept in places:
        oldest_first = sorted(kept.values(), key=lambda row: row.last_at)
        surplus += oldest_first[: max(len(kept) - MOST_KEPT, 0)]
    if surplus:
        OwnAddress.objects.filter(pk__in=[row.pk for row in surplus]).delete()


def _learned(
    place: Place, known: Mapping[str, OwnAddress], use: LastUse, at: datetime
) -> Iterator[OwnAddress]:
    """The address that an answer proves, and a known one that accounts for our call."""
    proved = proved_address(use, at)
    if proved and proved not in known:
        workspace, server = place
        yield OwnAddress(workspace_id=workspace, server=server, address=proved, last_at=at)
    mine = [known[address] for address in use.addresses or () if address in known]
    if len(mine) == 1 and mine[0].last_at < at - REFRESH_AFTER:
        mine[0].last_at = at
        yield mine[0]


def _seen_addresses(told: Iterable[UUID]) -> Addresses:
    """The addresses that are kept of each of these credentials."""
    seen: Addresses = {pk: {} for pk in told}
    for row in SeenAddress.objects.filter(credential__in=seen):
        seen[row.credential_id][row.address] = row
    return seen


def _calls(
    told: Mapping[UUID, LastUse], started: Mapping[UUID, datetime]
) -> dict[UUID, list[datetime]]:
    """The times of our earlier checks near the times that these answers name."""
    near = Q()
    for pk, use in told.items():
        if use.at is not None and not is_near(use.at, started[pk]):
            near |= Q(credential=pk, started_at__range=(use.at - NEAR_A_CALL, use.at + NEAR_A_CALL))
    calls: dict[UUID, list[datetime]] = defaultdict(list)
    if near:
        for pk, at in CheckRun.every.filter(near).values_list("credential", "started_at"):
            calls[pk].append(at)
    return calls


def _listed(
    row: Credential,
    use: LastUse,
    seen: Mapping[str, SeenAddress],
    *,
    tells: frozenset[str],
    at: datetime,
) -> list[SeenAddress]:
    """The rows of the listed addresses that are new, or were last noted a day ago or for a former
    secret."""
    found, noted_before = [], max(at - REFRESH_AFTER, row.secret_set_at)
    for address in use.addresses or ():
        known = seen.get(address)
        if known is None:
            made = SeenAddress(credential=row, address=address, first_at=at, last_at=at)
            made.tell = address in tells
            found.append(made)
        elif known.last_at < noted_before:
            known.last_at = at
            found.append(known)
    return found


def _surplus(use: LastUse, seen: Mapping[str, SeenAddress], added: int) -> list[int]:
    """The keys of the addresses that make room for so many new ones: those seen longest ago."""
    listed = use.addresses or ()
    others = [kept for text, kept in seen.items() if text not in listed]
    room = max(len(seen) + added - MOST_KEPT, 0)
    return [kept.pk for kept in sorted(others, key=lambda kept: (kept.last_at, kept.pk))[:room]]


def _save_addresses(rows: list[SeenAddress]) -> None:
    if rows:
        SeenAddress.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["credential", "address"],
            update_fields=["last_at"],
        )
