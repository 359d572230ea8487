"""One stored credential of every kind that a report tells about."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from credentials_app.models import Credential, KnownSecret
from credentials_app.reports.report import Section
from credentials_app.status import Status, UseSeen
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON
from workspaces.models import Departure
from workspaces.rights.seat import Seat

DAY = timedelta(days=1)
TOLD = ExpirySource.PROVIDER.value
UNUSED = {"use_seen": UseSeen.OTHERS, "use_told_at": NOON, "secret_set_at": NOON - 200 * DAY}
LEAVER = "leaver"
"""No column: the name of somebody who left and owned it."""
Kind = tuple[dict[str, Any], set[Section]]

KINDS: dict[str, Kind] = {
    "valid": ({}, set()),
    "valid-for-long": ({"expires_at": NOON + 90 * DAY, "expires_source": TOLD}, set()),
    "ends-told": ({"expires_at": NOON + 30 * DAY, "expires_source": TOLD}, {Section.SOON}),
    "ends-typed": ({"expires_on": date(2026, 3, 12)}, {Section.SOON}),
    "typed-end-is-past": ({"expires_on": date(2026, 3, 1)}, {Section.SOON}),
    "told-end-is-past": ({"expires_at": NOON, "expires_source": TOLD}, {Section.BAD}),
    "in-vain": ({"could_not_look_shown": True}, {Section.VAIN}),
    "ends-and-in-vain": (
        {"could_not_look_shown": True, "expires_on": date(2026, 3, 20)},
        {Section.SOON, Section.VAIN},
    ),
    "unused": ({**UNUSED, "used_at": NOON - 95 * DAY}, {Section.UNUSED}),
    "never-used": ({**UNUSED, "use_seen": UseSeen.NEVER}, {Section.UNUSED}),
    "deployed-lately": ({**UNUSED, "used_at": NOON - 9 * DAY}, set()),
    "not-to-be-told": ({**UNUSED, "use_seen": UseSeen.HIDDEN, "used_at": NOON - 95 * DAY}, set()),
    "unused-and-in-vain": (
        {**UNUSED, "used_at": NOON - 95 * DAY, "could_not_look_shown": True},
        {Section.UNUSED, Section.VAIN},
    ),
    "unverified": ({"status": Status.UNVERIFIED}, {Section.UNVERIFIED}),
    "unproved": ({"status": Status.UNPROVED}, {Section.UNVERIFIED}),
    "paused": ({"status": Status.PAUSED}, {Section.PAUSED}),
    "expired": ({"status": Status.EXPIRED}, {Section.BAD}),
    "revoked": ({"status": Status.REVOKED}, {Section.BAD}),
    "refused": ({"status": Status.REFUSED}, {Section.BAD}),
    "missing-scope": ({"status": Status.MISSING_SCOPE}, {Section.BAD}),
    "no-access": ({"status": Status.NO_ACCESS}, {Section.BAD}),
    "blocked": ({"status": Status.BLOCKED}, {Section.BAD}),
    "wrong-server-in-vain": (
        {"status": Status.WRONG_SERVER, "could_not_look_shown": True},
        {Section.BAD, Section.VAIN},
    ),
    "left-behind": ({LEAVER: "Lee"}, {Section.KNOWN}),
}


def keep(name: str, *, by: Seat | None = None, **columns: Any) -> Credential:
    """A credential that worked when it was last looked at, an hour before noon, but for these."""
    row = scenes.checked(scenes.stored(name, by=by), Outcome.VALID)
    if leaver := columns.pop(LEAVER, ""):
        let_go(row, leaver)
    usual = {
        "created_at": NOON - 200 * DAY,
        "status_since": NOON - 100 * DAY,
        "next_check_at": NOON + DAY,
        "could_not_look_since": NOON - DAY if columns.get("could_not_look_shown") else None,
    }
    Credential.objects.filter(pk=row.pk).update(**{**usual, **columns})
    row.changes.all().delete()
    row.refresh_from_db()
    return row


def let_go(row: Credential, name: str) -> None:
    departure = Departure.objects.create(
        workspace=row.workspace, person_id=uuid4(), name=name, email="lee@example.org", at=NOON
    )
    KnownSecret.objects.create(
        workspace=row.workspace,
        departure=departure,
        credential=row,
        left_at=NOON,
        owned=True,
        known_version=row.secret_version,
    )


def keep_one_of_each(by: Seat | None = None) -> dict[str, Credential]:
    """All of them."""
    return {name: keep(name, by=by, **columns) for name, (columns, _) in KINDS.items()}
