"""Whose turn it is: no workspace hides another, and nothing due costs next to nothing."""

import time
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from credentials_app.checks import due as rounds
from credentials_app.checks.batch import run_batch
from credentials_app.models import CheckRun, Credential, RegistryOrigin
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import registry_says
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = Origin.parse("https://other.example.com")
LONG_AGO, LATELY = timedelta(hours=3), timedelta(minutes=1)


def due(
    place: Workspace,
    count: int,
    *,
    since: timedelta = LATELY,
    server: Origin = scenes.REGISTRY,
    **columns: Any,
) -> set[UUID]:
    """So many due credentials of a workspace, all of one server and sealed alike."""
    first = scenes.stored(f"{place.slug}-{Credential.objects.count()}", by=cast.seat(place))
    values = {"status": Status.VALID, "server": str(server), "asked_at": None, **columns}
    rows = []
    for number in range(count):
        row = copy(first)
        row.pk, row.name = Credential().pk, f"{first.name}-{number}"
        row.next_check_at = database_now() - since
        for column, value in values.items():
            setattr(row, column, value)
        rows.append(row)
    first.delete()
    Credential.objects.bulk_create(rows)
    return {row.pk for row in rows}


def first_batch() -> list[UUID]:
    return rounds.due_work(database_now()).batches[0]


def test_a_workspace_of_many_does_not_hide_one_of_three_at_the_same_server() -> None:
    large, small = cast.workspace("large"), cast.workspace("small")
    due(large, 300, since=LONG_AGO)
    three = due(small, 3)
    batch = first_batch()
    assert len(batch) == 50
    assert three <= set(batch[:6]), "they take turns, whoever is due longer"


def test_no_more_than_a_sweep_takes_hides_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "MAX_PER_SWEEP", 20)
    large, small = cast.workspace("large"), cast.workspace("small")
    due(large, 300, since=LONG_AGO)
    three = due(small, 3, server=ELSEWHERE)
    batches_of_all = rounds.due_work(database_now()).batches
    assert three in [set(batch) for batch in batches_of_all]


def test_within_a_workspace_logins_that_worked_go_first_then_who_is_due_longest() -> None:
    place = cast.workspace("web")
    doubtful = due(place, 2, since=LONG_AGO, status=Status.UNVERIFIED)
    late, early = due(place, 2), due(place, 2, since=LONG_AGO)
    batch = first_batch()
    assert [set(batch[:2]), set(batch[2:4]), set(batch[4:])] == [early, late, doubtful]


def test_who_is_not_trusted_takes_turns_with_other_workspaces_too() -> None:
    due(cast.workspace("large"), 300, since=LONG_AGO)
    three = due(cast.workspace("small"), 3, status=Status.UNVERIFIED)
    assert three <= set(first_batch()[:6])


@pytest.mark.timeout(300)  # it stores ten thousand rows
def test_the_three_are_checked_in_the_first_batch_of_ten_thousand() -> None:
    due(cast.workspace("large"), 10_000, since=LONG_AGO)
    three = due(cast.workspace("small"), 3)
    RegistryOrigin.objects.create(origin=str(scenes.REGISTRY), rate_per_s=100, burst=1000)
    with registry_says(Outcome.VALID):
        run_batch(first_batch())
    assert CheckRun.objects.filter(credential__in=three).count() == 3
    assert CheckRun.objects.count() == 50


def test_a_round_without_anything_due_asks_the_same_of_few_and_of_many() -> None:
    place = cast.workspace("web")
    later = database_now() + timedelta(hours=1)
    spent = []
    for count in (1, 2000):
        pks = due(place, count)
        Credential.objects.filter(pk__in=pks).update(next_check_at=later)
        now, began = database_now(), time.thread_time()
        with CaptureQueriesContext(connection) as seen:
            found = rounds.due_work(now)
        spent.append((len(seen), time.thread_time() - began))
        assert (found.asked, found.batches, found.trials) == ([], [], [])
    assert spent[0][0] == spent[1][0] <= 4
    assert spent[1][1] < 0.25
