"""Measures the history of access: who could use what on a day, replayed from a long log.

    .venv/bin/python -m bench.access_history [--postgresql] [EVENTS]

Half of the events are of the workspace, a quarter of teams and a quarter of accounts, beside as
many sign-ins and openings again. CPU is that of this process, the median of some readings.
"""

import argparse
import platform
import statistics
import time
from typing import Any

from bench.pages import product

READINGS = 5
PEOPLE, TEAMS, PER_INSERT = 500, 20, 2000


def main() -> None:
    """Fill the log, read it, and print what that costs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("events", nargs="?", type=int, default=20_000)
    arguments.add_argument("--postgresql", action="store_true")
    chosen = arguments.parse_args()
    with product(postgresql=chosen.postgresql):
        place = _filled(chosen.events)
        _measure(place, chosen.events)


def _measure(place: Any, events: int) -> None:
    from datetime import timedelta

    from django.db import connection

    from common.clock import database_now
    from workspaces.access_history.reading import past_access

    end = database_now()
    begin = end - timedelta(days=1)
    costs, walls, people = [], [], 0
    for _ in range(READINGS):
        cpu, wall = time.process_time(), time.perf_counter()
        past = past_access(place)
        people = len(past.history.people(past.places[str(place.pk)], begin, end))
        costs.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    print(f"{platform.python_version()}, {connection.vendor}, {events:,} events of membership")
    print(f"  one day, {people} people: CPU {1000 * statistics.median(costs):.0f} ms, ", end="")
    print(f"wall {1000 * statistics.median(walls):.0f} ms")
    print(f"  per 1,000 events: {1e6 * statistics.median(costs) / events:.1f} ms CPU")


def _filled(count: int) -> Any:
    """A workspace whose log has so many events of membership, among as many others."""
    from datetime import timedelta
    from uuid import UUID

    from common.clock import database_now
    from tests import cast
    from workspaces.models import AuditEvent

    place = cast.workspace()
    home, begin = str(place.organization_id), database_now() - timedelta(days=300)
    step = timedelta(days=299) / count

    def event(number: int, action: str, person: int, **details: Any) -> AuditEvent:
        is_here = action.startswith("workspaces:participant") or action.endswith("secret:open")
        return AuditEvent(
            at=begin + number * step,
            workspace_id=place.pk if is_here else None,
            actor_type="person",
            actor_id=UUID(int=1),
            actor_label="Alice <alice@example.org>",
            via="web",
            action=action,
            target_type="user",
            target_id=str(UUID(int=1000 + person)),
            target_label=f"Person {person} <person{person}@example.org>",
            details=details,
        )

    roles: dict[int, str] = {}
    members: set[tuple[int, int]] = set()
    suspended: set[int] = set()
    rows = []
    for number in range(count):
        person = number * 7919 % PEOPLE
        if number % 4 < 2:
            old, new = roles.get(person, ""), ("viewer", "user", "admin")[number % 3]
            roles[person] = new
            kept = {"old_role": old, "role": new}
            rows.append(event(number, "workspaces:participant:change", person, **kept))
        elif number % 4 == 2:
            team, is_in = number % TEAMS, (number % TEAMS, person) in members
            members ^= {(team, person)}
            verb, key = "remove" if is_in else "join", str(UUID(int=5000 + team))
            told = {"team_id": key, "name": f"Team {team}", "organization_id": home}
            rows.append(event(number, f"workspaces:team:{verb}", person, **told))
        else:
            verb = "restore" if person in suspended else "suspend"
            suspended ^= {person}
            rows.append(event(number, f"accounts:person:{verb}", person))
        other = "accounts:session:start" if number % 2 else "credentials:secret:open"
        rows.append(event(number, other, person))
    AuditEvent.objects.bulk_create(rows, batch_size=PER_INSERT)
    return place


if __name__ == "__main__":
    main()
