"""For each report of the audit: credentials that belong to it, and others that just do not."""

from datetime import date, timedelta
from typing import Any

from credentials_app.models import Credential
from credentials_app.status import Status, UseSeen
from registry.evidence import ExpirySource
from registry.secret import Secret
from tests.credentials_app import scenes
from tests.credentials_app.reports.rows import LEAVER, let_go
from tests.credentials_app.scenes import NOON
from workspaces.rights.seat import Seat

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TOLD = {"expires_source": ExpirySource.PROVIDER.value}
USED = {"use_seen": UseSeen.OTHERS, "use_told_at": NOON}
FAR = {"expires_at": NOON + 400 * DAY, **TOLD}
Columns = dict[str, Any]
CASES: dict[str, tuple[list[Columns], list[Columns]]] = {
    "expired": (
        [{"status": Status.EXPIRED}, {"expires_at": NOON, **TOLD}],
        [{"expires_at": NOON + SECOND, **TOLD}, {"status": Status.REVOKED}],
    ),
    "ending": (
        [{"expires_at": NOON + 30 * DAY, **TOLD}, {"expires_on": date(2026, 4, 9)}],
        [{"expires_at": NOON + 30 * DAY + SECOND, **TOLD}, {"expires_on": date(2026, 4, 10)},
         {"expires_at": NOON, **TOLD}],
    ),
    "refused": (
        [{"status": Status.REFUSED}, {"status": Status.REVOKED}],
        [{"status": Status.BLOCKED}, {"status": Status.EXPIRED}],
    ),
    "missing": ([{"status": Status.MISSING_SCOPE}], [{"status": Status.NO_ACCESS}]),
    "excess": ([{"has_excess": True}], [{"has_excess": False}, {"has_excess": None}]),
    "push": (
        [{"push": True, "push_not_proved": True}],
        [{"push": True}, {"push": True, "push_not_proved": True, "status": Status.REFUSED}],
    ),
    "unchecked": (
        [{"last_checked_at": None}, {"last_checked_at": NOON - 7 * DAY}],
        [{"last_checked_at": NOON - 7 * DAY + SECOND}],
    ),
    "blind": ([{"could_not_look_shown": True}], [{"status": Status.UNPROVED}]),
    "unused": (
        [{**USED, "used_at": NOON - 90 * DAY},
         {**USED, "use_seen": UseSeen.NEVER, "secret_set_at": NOON - 90 * DAY}],
        [{**USED, "used_at": NOON - 90 * DAY + SECOND},
         {**USED, "used_at": NOON - 99 * DAY, "use_seen": UseSeen.HIDDEN},
         {"used_at": NOON - 99 * DAY, "use_seen": UseSeen.OTHERS, "use_told_at": NOON - 99 * DAY}],
    ),
    "passwords": (
        [{"secret_kind": "gitlab:password"},
         {"secret_kind": "harbor:account"}],
        [{"secret_kind": "gitlab:deploy_token"},
         {"secret_kind": "generic:password"}, {"secret_kind": None}],
    ),
    "tokens": (
        [{"secret_kind": "ghcr:classic_token"},
         {"secret_kind": "gitlab:access_token"}],
        [{"secret_kind": "gitlab:deploy_token"},
         {"secret_kind": "ghcr:password"}],
    ),
    "endless": (
        [{"expires_source": "unknown", "expires_on": None, "expires_at": None}],
        [{"expires_source": "by_design", "expires_at": None}, {"expires_on": date(2099, 1, 1)},
         FAR],
    ),
    "old": (
        [{"secret_set_at": NOON - 365 * DAY}],
        [{"secret_set_at": NOON - 365 * DAY + SECOND}],
    ),
    "leavers": ([{LEAVER: "Lee"}], [{}]),
    "http": ([{"server": "http://10.1.2.3:5000"}], [{"server": "https://http.example.org"}]),
}  # fmt: skip
"""All but equal secrets, whose rows a test stores with its own secrets."""
USUAL: Columns = {
    "status": Status.VALID,
    "asked_at": None,
    "next_check_at": NOON + DAY,
    "created_at": NOON - 500 * DAY,
    "status_since": NOON - 100 * DAY,
    "secret_set_at": NOON - 100 * DAY,
    "last_checked_at": NOON - timedelta(hours=1),
    **FAR,
}


def keep(name: str, *, by: Seat | None = None, secret: str = "", **columns: Any) -> Credential:
    """A credential that is in no report, but for these columns; its secret is its own."""
    given = Secret(secret or f"made-up-secret-of-{name}")
    row = scenes.stored(name, by=by, secret=given)
    if leaver := columns.pop(LEAVER, ""):
        let_go(row, leaver)
    values = dict(USUAL)
    if {"expires_on", "expires_source", "expires_at"} & columns.keys():
        values |= {"expires_at": None, "expires_source": ExpirySource.UNKNOWN.value}
    Credential.objects.filter(pk=row.pk).update(**values | columns)
    row.refresh_from_db()
    return row


def keep_all(by: Seat | None = None) -> dict[str, set[str]]:
    """Everything of ``CASES``; the names that belong to each report."""
    belong = {}
    for slug, (members, others) in CASES.items():
        names = [f"{slug}-{number}" for number in range(len(members))]
        for name, columns in zip(names, members, strict=True):
            keep(name, by=by, **columns)
        for number, columns in enumerate(others):
            keep(f"{slug}-not-{number}", by=by, **columns)
        belong[slug] = set(names)
    return belong
