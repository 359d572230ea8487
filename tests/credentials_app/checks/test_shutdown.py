"""A worker that is told to end begins nothing, and gives back what it holds."""

from threading import Event

import pytest
from django.db import OperationalError

from common.clock import database_now
from credentials_app.checks import batch, check, leases, shutdown
from credentials_app.models import CheckRun, Credential, RegistryOrigin
from credentials_app.services import credentials
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Event:
    """What this process was told, forgotten afterwards."""
    event = Event()
    monkeypatch.setattr(shutdown, "_requested", event)
    return event


@pytest.fixture
def due() -> Credential:
    seat: Seat = scenes.seat()
    row = credentials.add_credential(seat, scenes.draft())
    Credential.objects.update(next_check_at=database_now())
    return row


def test_a_batch_that_comes_after_the_word_leaves_its_rows_and_its_server_free(
    told: Event, due: Credential
) -> None:
    shutdown.request()
    assert told.is_set()
    assert batch.run_batch([due.pk]) == []
    due.refresh_from_db()
    assert due.lease_until is None
    assert not RegistryOrigin.objects.filter(lease_id__isnull=False).exists()
    assert not CheckRun.objects.exists()


def test_a_check_that_a_person_waits_for_stays_due(told: Event, due: Credential) -> None:
    shutdown.request()
    assert check.check_one(Credential, due.pk).pk is None
    due.refresh_from_db()
    assert due.lease_until is None
    assert due.next_check_at is not None
    assert due.next_check_at <= database_now()


def test_what_takes_too_long_is_given_back_with_its_server(due: Credential) -> None:
    held = leases.hold_origin(due.server)
    assert held
    rows = leases.claim(Credential, [due.pk])
    assert rows
    with shutdown.release_on_shutdown(
        lambda: leases.free_origin(held), lambda: leases.release_all(Credential, rows)
    ):
        shutdown.release_all_held()
    due.refresh_from_db()
    assert due.lease_id is None
    assert leases.hold_origin(due.server)
    assert leases.claim(Credential, [due.pk])


def test_what_has_ended_is_not_given_back() -> None:
    given: list[str] = []
    with shutdown.release_on_shutdown(lambda: given.append("early")):
        pass
    shutdown.release_all_held()
    assert given == []


def test_a_database_that_is_away_keeps_nobody_from_giving_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given: list[str] = []

    def fail() -> None:
        raise OperationalError("made-up words of a server")

    with shutdown.release_on_shutdown(fail, lambda: given.append("the next one")):
        shutdown.release_all_held()
    assert given == ["the next one"]
    assert "made-up words" not in caplog.text
