"""The steps of a check are rows only while it runs, and only if a person waits for it."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.forms.models import model_to_dict

from common.clock import database_now
from credentials_app import tasks
from credentials_app.checks import batch, check, progress
from credentials_app.models import CheckProgress, Credential, Trial
from credentials_app.services.trials import start_trial
from credentials_app.status import Status
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes

pytestmark = pytest.mark.django_db


class Watcher:
    """A registry that reads the table of steps while it is asked."""

    def __init__(self) -> None:
        self.rows: list[CheckProgress] = []

    def __call__(self, _login: Login, _need: Need) -> tuple[Evidence, Verdict]:
        self.rows += CheckProgress.objects.all()
        return scenes.evidence(), scenes.verdict()


def test_a_person_sees_the_step_while_it_runs_and_no_row_stays() -> None:
    row, watcher = scenes.stored(), Watcher()
    with scenes.registry_says(watcher):
        check.check_one(Credential, row.pk)
    [seen] = watcher.rows
    assert (seen.next_step, seen.next_to) == ("ping", "https://registry.example.org")
    assert not CheckProgress.objects.exists()


def test_a_trial_is_followed_too() -> None:
    watcher = Watcher()
    trial = start_trial(scenes.seat(), scenes.draft())
    with scenes.registry_says(watcher):
        check.check_one(Trial, trial.pk)
    assert len(watcher.rows) == 1
    assert not CheckProgress.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_scheduled_check_writes_no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    monkeypatch.setattr(CheckProgress, "save", lambda *_, **__: written.append(1))
    alone, of_a_batch, asked = (scenes.stored(f"deploy-{number}") for number in range(3))
    Credential.objects.exclude(pk=asked.pk).update(asked_at=None)
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Credential, alone.pk)
        batch.run_batch([of_a_batch.pk])
        assert written == []
        check.check_one(Credential, asked.pk)
        assert written == [1]
    assert not Credential.objects.exclude(status=Status.VALID)


def test_no_secret_is_in_the_steps() -> None:
    row, watcher = scenes.stored(), Watcher()
    with scenes.registry_says(watcher):
        check.check_one(Credential, row.pk)
    assert scenes.PASSWORD not in json.dumps([model_to_dict(each) for each in watcher.rows])
    assert "ci-robot" not in json.dumps([model_to_dict(each) for each in watcher.rows])


@pytest.mark.parametrize(
    ("place", "name"),
    [
        pytest.param(CheckProgress, "save", id="the row"),
        pytest.param(progress, "database_now", id="its time"),
    ],
)
def test_a_check_goes_on_when_its_steps_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: Any, name: str
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("made-up words")

    row = scenes.stored()
    monkeypatch.setattr(place, name, broken)
    with scenes.registry_says(Outcome.VALID), caplog.at_level(logging.WARNING):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert row.status == Status.VALID
    assert "The steps of a check cannot be shown: OperationalError" in caplog.text
    assert "made-up words" not in caplog.text


def test_the_steps_of_a_killed_check_are_deleted_later() -> None:
    now = database_now()
    for number, age in enumerate((1, 11)):
        CheckProgress.objects.create(
            lease=f"00000000-0000-0000-0000-00000000000{number}",
            next_step="ping",
            next_to="https://registry.example.org",
            provider="generic",
            at=now - timedelta(minutes=age),
        )
    tasks.prune()
    assert CheckProgress.objects.get().at == now - timedelta(minutes=1)
