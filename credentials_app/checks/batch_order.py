"""Decides which rows of a batch start next: tenants go round, and nobody takes more than half.

On its own: pure, while the batch itself works with threads and rows.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest

from credentials_app.models import Credential

MAX_UNTRUSTED = 2
"""At most so many checks of untrusted logins are in flight at once."""
MAX_WITHOUT_ACCOUNT = 2
"""At most so many checks of one user name that is no account; of an account it is one."""


def round_by_tenant(rows: Iterable[Credential]) -> list[Credential]:
    """Trusted logins first, and within them and the others one row of each tenant in turn."""
    found: list[Credential] = []
    for trusted in (True, False):
        by_tenant: dict[str, list[Credential]] = {}
        for row in rows:
            if row.is_trusted is trusted:
                by_tenant.setdefault(row.lease_tenant, []).append(row)
        turns = zip_longest(*by_tenant.values())
        found += [row for turn in turns for row in turn if row is not None]
    return found


def next_to_start(
    rows: Sequence[Credential], in_flight: Collection[Credential], *, threads: int
) -> Iterator[Credential]:
    """The rows that may start beside the checks in flight, in their order."""
    names = Counter(_name(row) for row in in_flight)
    tenants = Counter(row.lease_tenant for row in in_flight)
    untrusted = sum(not row.is_trusted for row in in_flight)
    several = len({row.lease_tenant for row in rows}) > 1
    half = max(1, threads // 2)
    for row in rows:
        if names[_name(row)] >= _most_alike(row) or (several and tenants[row.lease_tenant] >= half):
            continue
        if not row.is_trusted and untrusted >= MAX_UNTRUSTED:
            continue
        yield row
        names[_name(row)] += 1
        tenants[row.lease_tenant] += 1
        untrusted += not row.is_trusted


def _most_alike(row: Credential) -> int:
    return MAX_WITHOUT_ACCOUNT if row.sign_in and not row.account else 1


def _name(row: Credential) -> str:
    return row.username.strip().casefold()
