"""Compares a list of 25 of the API with a plain JsonResponse over the same query, in one run.

    .venv/bin/python -m bench.api_list [SIZE]

Both verify no token, take the same seat and run the same statements; the plain one builds dicts
from the same rows. The last line is the whole request: token, rate limit, middleware. CPU is that
of this process, medians of alternating runs.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from bench.pages import product
from bench.ratios import Ratio

ROUNDS, REQUESTS, LIMIT = 7, 60, 25
COLUMNS = (
    "name", "provider", "server", "repository", "push", "status", "status_since", "username",
    "last_checked_at", "next_check_at", "expires_at", "expires_source", "secret_version",
    "secret_set_at", "changed_at",
)  # fmt: skip


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=1000)
    with product(postgresql=False):
        _run(parser.parse_args().size)


def _run(size: int) -> None:
    from bench.rows import rows_of

    person, place, _first = rows_of(size)
    ours, plain, whole = _contestants(person, place.pk)
    ratios, wholes, plains = [], [], []
    for _ in range(ROUNDS):
        one, other = _cpu_ms(ours), _cpu_ms(plain)
        ratios.append(one / other)
        plains.append(other)
        wholes.append(_cpu_ms(whole))
    print(f"plain JsonResponse: {statistics.median(plains):.2f} ms CPU")
    print(Ratio("list of 25 by the API to plain", tuple(ratios), aim=1.5, at_most=True).line())
    print(f"the whole request with its token: {statistics.median(wholes):.2f} ms CPU")


def _contestants(person: Any, place: UUID) -> tuple[Callable[[], Any], ...]:
    """The API's operation, the plain view, and the whole request."""
    from django.http import JsonResponse
    from django.test import Client, RequestFactory

    from api import credentials
    from common.clock import database_now
    from credentials_app.models import tags_of
    from workspaces.audit import Caller
    from workspaces.rights.roles import Can
    from workspaces.tokens.life import TokenDraft, make_token
    from workspaces.tokens.pace import PacePolicy
    from workspaces.tokens.scopes import TokenScope
    from workspaces.tokens.verify import bearer_seat, verify_token

    PacePolicy.REQUESTS._value_ = ("requests", 10**9)
    scopes = frozenset({TokenScope.CREDENTIALS_READ})
    draft = TokenDraft("bench", scopes, frozenset({place}))
    made = make_token(person, draft, caller=Caller("command"))
    bearer = verify_token(made.text, caller=Caller("api"))
    path = f"/api/v1/workspaces/{place}/credentials"
    request: Any = RequestFactory().get(path, {"limit": LIMIT})
    request.auth = bearer

    def ours() -> Any:
        return credentials.list_credentials(request, place, LIMIT)

    def plain() -> Any:
        scope = TokenScope.CREDENTIALS_READ
        seat = bearer_seat(bearer, place, scope=scope, can=Can.SEE)
        rows, cursor = credentials._page(request, seat, LIMIT)
        database_now()
        items = [
            {
                "id": row.pk,
                "owner": row.owner.email if row.owner else None,
                "tags": list(tags_of(row)),
                **{name: getattr(row, name) for name in COLUMNS},
            }
            for row in rows
        ]
        return JsonResponse({"items": items, "next": cursor})

    client, headers = Client(SERVER_NAME="localhost"), {"Authorization": f"Bearer {made.text}"}

    def whole() -> Any:
        return client.get(path, {"limit": LIMIT}, headers=headers)

    return ours, plain, whole


def _cpu_ms(ask: Callable[[], Any]) -> float:
    """The CPU of one request, on average."""
    if ask().status_code != 200:
        raise RuntimeError("the request failed")
    before = time.process_time()
    for _ in range(REQUESTS):
        ask()
    return 1000 * (time.process_time() - before) / REQUESTS


if __name__ == "__main__":
    main()
