"""A worker that is told to end begins nothing, and gives back what it holds."""

from threading import Event

import pytest
from django.db import OperationalError

from common.clock import database_now
from credentials_app import batches, checking, claims, ending, services
from credentials_app.models import CheckRun, Credential, RegistryOrigin
from tests.credentials_app import scenes
from workspaces.access import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Event:
    """What this process was told, forgotten afterwards."""
    event = Event()
    monkeypatch.setattr(ending, "_told", event)
    return event


@pytest.fixture
def due() -> Credential:
    seat: Seat = scenes.seat()
    row = services.add_credential(seat, scenes.draft())
    Credential.objects.update(next_check_at=database_now())
    return row


def test_a_batch_that_comes_after_the_word_leaves_its_rows_and_its_server_free(
    told: Event, due: Credential
) -> None:
    ending.tell()
    assert told.is_set()
    assert batches.check_batch([due.pk]) == []
    due.refresh_from_db()
    assert due.lease_until is None
    assert not RegistryOrigin.objects.filter(lease_id__isnull=False).exists()
    assert not CheckRun.objects.exists()


def test_a_check_that_a_person_waits_for_stays_due(told: Event, due: Credential) -> None:
    ending.tell()
    assert checking.check_one(Credential, due.pk).pk is None
    due.refresh_from_db()
    assert due.lease_until is None
    assert due.next_check_at is not None
    assert due.next_check_at <= database_now()


def test_what_takes_too_long_is_given_back_with_its_server(due: Credential) -> None:
    held = claims.hold_origin(due.server)
    assert held
    rows = claims.claim(Credential, [due.pk])
    assert rows
    with ending.giving_back(
        lambda: claims.free_origin(held), lambda: claims.release_all(Credential, rows)
    ):
        ending.give_all_back()
    due.refresh_from_db()
    assert due.lease_id is None
    assert claims.hold_origin(due.server)
    assert claims.claim(Credential, [due.pk])


def test_what_has_ended_is_not_given_back() -> None:
    given: list[str] = []
    with ending.giving_back(lambda: given.append("early")):
        pass
    ending.give_all_back()
    assert given == []


def test_a_database_that_is_away_keeps_nobody_from_giving_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    given: list[str] = []

    def fail() -> None:
        raise OperationalError("made-up words of a server")

    with ending.giving_back(fail, lambda: given.append("the next one")):
        ending.give_all_back()
    assert given == ["the next one"]
    assert "made-up words" not in caplog.text
