"""What one round of the sweep enqueues: a few rows each, so that it is quick."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from credentials_app import selectors
from credentials_app.checks import due as rounds
from credentials_app.models import RegistryOrigin
from credentials_app.status import Status
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON

pytestmark = pytest.mark.django_db
MOMENT, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HERE, ELSEWHERE = str(scenes.REGISTRY), "https://other.example.com"


def due(name: str, **columns: Any) -> uuid.UUID:
    """The key of a credential that worked and is due at noon, with these columns."""
    return scenes.due(name, **{"status": Status.VALID, **columns}).pk


def origin(**columns: Any) -> None:
    RegistryOrigin.objects.create(origin=HERE, **columns)


def test_what_a_person_asked_for_goes_one_by_one_and_the_rest_in_batches_by_server() -> None:
    second, first = due("second", asked_at=NOON), due("first", asked_at=NOON - MINUTE)
    here, there = due("here"), due("there", server=ELSEWHERE)
    tried = scenes.trial().pk
    due("later", next_check_at=NOON + MOMENT)
    work = rounds.due_work(NOON)
    assert work.asked == [first, second]
    assert sorted(work.batches) == sorted([[here], [there]])
    assert work.trials == [tried]


def test_for_one_server_there_is_its_batch_alone() -> None:
    due("asked", asked_at=NOON)
    scenes.trial()
    here = due("here")
    due("there", server=ELSEWHERE)
    work = rounds.due_work(NOON, server=HERE)
    assert (work.asked, work.trials, work.batches) == ([], [], [[here]])


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, HERE),
        ({"next_check_at": NOON + MOMENT}, ""),
        ({"next_check_at": None}, ""),
        ({"asked_at": NOON}, ""),
        ({"lease_id": uuid.uuid4(), "lease_until": NOON + MOMENT}, ""),
        ({"lease_id": uuid.uuid4(), "lease_until": NOON}, HERE),
        ({"server": ELSEWHERE}, ""),
    ],
    ids=["due", "due later", "never due", "a person waits", "held", "no longer held", "elsewhere"],
)
def test_after_a_batch_its_server_is_looked_up_only_if_more_is_due_there(
    other: dict[str, Any], found: str
) -> None:
    checked = due("checked", next_check_at=NOON + MINUTE)
    due("other", **other)
    assert selectors.server_with_more_due([str(checked)], NOON) == found


def test_a_batch_whose_rows_are_gone_has_no_server() -> None:
    due("other")
    assert selectors.server_with_more_due([uuid.uuid4()], NOON) == ""


def test_a_round_takes_so_many_and_a_batch_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        due(name)
        due(f"asked-{name}", asked_at=NOON)
    monkeypatch.setattr(rounds, "MAX_BATCH", 2)
    work = rounds.due_work(NOON)
    assert (len(work.asked), [len(batch) for batch in work.batches]) == (3, [2])
    monkeypatch.setattr(rounds, "MAX_PER_SWEEP", 1)
    work = rounds.due_work(NOON)
    assert (len(work.asked), [len(batch) for batch in work.batches]) == (1, [1])


def test_a_server_that_nobody_asked_yet_is_asked_for_logins_of_every_kind() -> None:
    trusted, new = due("trusted"), due("new", status=Status.UNVERIFIED)
    assert rounds.due_work(NOON).batches == [[trusted, new]]


@pytest.mark.parametrize(
    ("columns", "goes"),
    [
        pytest.param({}, True, id="nothing is known of it"),
        pytest.param({"lease_until": NOON + MOMENT}, False, id="another batch holds it"),
        pytest.param({"lease_until": NOON}, True, id="that lease has ended"),
        pytest.param({"paused_until": NOON + MOMENT}, False, id="it is paused"),
        pytest.param({"paused_until": NOON}, True, id="that pause has ended"),
    ],
)
def test_a_server_that_is_held_or_paused_waits(columns: dict[str, datetime], goes: bool) -> None:
    lease = {"lease_id": uuid.uuid4()} if "lease_until" in columns else {}
    origin(**columns, **lease)
    rows, there = (
        [due("trusted"), due("new", status=Status.UNVERIFIED)],
        due("there", server=ELSEWHERE),
    )
    batches = rounds.due_work(NOON).batches
    assert sorted(batches) == sorted([rows, [there]] if goes else [[there]])
