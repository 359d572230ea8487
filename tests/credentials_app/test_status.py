"""The table of words, and the badge that a list shows."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from credentials_app.expiry import WARNING
from credentials_app.models import Credential, Trial
from credentials_app.presentation.badge import badge
from credentials_app.status import (
    CHECKING,
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_FOR_OUTCOME,
    STATUS_LABELS,
    WAITING,
    Status,
    StatusLabel,
    Tone,
)
from registry.evidence import ExpirySource
from registry.outcome import INCONCLUSIVE, Outcome
from tests.credentials_app.scenes import NOON

MOMENT = timedelta(seconds=1)


def row(**columns: object) -> Credential:
    return Credential(name="deploy", status_since=NOON, **columns)


def test_every_status_has_its_own_sign() -> None:
    assert set(STATUS_LABELS) == set(Status)
    signs = [*STATUS_LABELS.values(), EXPIRING, COULD_NOT_CHECK, CHECKING, WAITING]
    for part in ("key", "word", "icon", "next_step"):
        assert len({str(getattr(sign, part)) for sign in signs}) == len(signs)


def test_every_outcome_decides_or_is_inconclusive() -> None:
    assert set(STATUS_FOR_OUTCOME) | INCONCLUSIVE == set(Outcome)
    assert not set(STATUS_FOR_OUTCOME) & INCONCLUSIVE


def test_only_valid_is_good_and_no_outage_is_bad() -> None:
    assert [status for status in Status if STATUS_LABELS[status].tone is Tone.GOOD] == [
        Status.VALID
    ]
    assert STATUS_LABELS[Status.UNVERIFIED].tone is Tone.QUIET
    assert COULD_NOT_CHECK.tone is not Tone.BAD


@pytest.mark.parametrize(
    ("columns", "sign", "note"),
    [
        ({}, STATUS_LABELS[Status.UNVERIFIED], None),
        ({"status": "valid"}, STATUS_LABELS[Status.VALID], None),
        (
            {"status": "valid", "could_not_look_shown": True},
            STATUS_LABELS[Status.VALID],
            COULD_NOT_CHECK,
        ),
        ({"asked_at": NOON, "next_check_at": NOON}, STATUS_LABELS[Status.UNVERIFIED], CHECKING),
        ({"next_check_at": NOON - MOMENT}, STATUS_LABELS[Status.UNVERIFIED], None),
        (
            {"lease_id": uuid4(), "lease_until": NOON + MOMENT},
            STATUS_LABELS[Status.UNVERIFIED],
            CHECKING,
        ),
        ({"lease_id": uuid4(), "lease_until": NOON}, STATUS_LABELS[Status.UNVERIFIED], None),
        (
            {"asked_at": NOON, "next_check_at": NOON + MOMENT},
            STATUS_LABELS[Status.UNVERIFIED],
            WAITING,
        ),
    ],
    ids=[
        "new",
        "valid",
        "valid, could not look",
        "asked for",
        "due, not asked for",
        "claimed",
        "claim is over",
        "asked for, must wait",
    ],
)
def test_badge(columns: dict[str, object], sign: StatusLabel, note: StatusLabel | None) -> None:
    shown = badge(row(**columns), NOON)
    assert (shown.label, shown.note) == (sign, note)
    assert shown.is_moving == (note in (CHECKING, WAITING))


@pytest.mark.parametrize(
    ("left", "sign"),
    [
        (WARNING + MOMENT, STATUS_LABELS[Status.VALID]),
        (WARNING, EXPIRING),
        (MOMENT, EXPIRING),
        (timedelta(), STATUS_LABELS[Status.EXPIRED]),
    ],
)
def test_a_valid_one_that_ends_is_shown_as_expiring_up_to_its_very_end(
    left: timedelta, sign: StatusLabel
) -> None:
    ends = {"expires_at": NOON + left, "expires_source": ExpirySource.PROVIDER}
    assert badge(row(status="valid", **ends), NOON).label == sign


def test_a_typed_end_never_overrules_what_the_registry_says() -> None:
    assert badge(row(status="valid", expires_on=date(2026, 3, 1)), NOON).label == EXPIRING


def test_a_bad_one_is_not_shown_as_expiring() -> None:
    ends = {"expires_at": NOON + MOMENT, "expires_source": ExpirySource.PROVIDER}
    assert (
        badge(row(status="missing_scope", **ends), NOON).label
        == STATUS_LABELS[Status.MISSING_SCOPE]
    )


@pytest.mark.parametrize(
    ("columns", "sign"),
    [
        ({"asked_at": NOON, "next_check_at": NOON}, CHECKING),
        ({"asked_at": NOON, "next_check_at": NOON + MOMENT}, WAITING),
        ({"outcome": "valid", "checked_at": NOON}, STATUS_LABELS[Status.VALID]),
        ({"outcome": "rejected", "checked_at": NOON}, STATUS_LABELS[Status.REFUSED]),
        ({"outcome": "unreachable", "checked_at": NOON}, COULD_NOT_CHECK),
    ],
)
def test_badge_of_a_trial(columns: dict[str, object], sign: StatusLabel) -> None:
    assert badge(Trial(**columns), NOON).label == sign
