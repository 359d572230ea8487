"""The queue fails fast, accepts JSON only, and each task of the timetable exists."""

import time
from importlib import import_module

import pytest
from celery import shared_task

from config.celery import app
from config.runtime.queue import TIMETABLE, BestEffortTask
from credentials_app.checks import leases
from tests.servers.process import free_port

CHECK_S = 5


@shared_task(name="tests.enqueued")
def enqueued(pk: int) -> None:
    """No worker runs it."""


@pytest.mark.parametrize("entry", TIMETABLE.values(), ids=TIMETABLE.keys())
def test_the_timetable_rings_for_tasks_that_exist(entry: dict[str, object]) -> None:
    app.loader.import_default_modules()
    name = str(entry["task"])
    module, _, function = name.rpartition(".")
    assert hasattr(import_module(module), function)
    assert name in app.tasks


def test_what_a_killed_worker_held_is_recorded_within_90_seconds() -> None:
    sweep = TIMETABLE["sweep due checks"]["schedule"]
    assert isinstance(sweep, float)
    assert leases.LEASE.total_seconds() + sweep + CHECK_S <= 90


def test_tasks_of_ours_are_nudges() -> None:
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) > len(TIMETABLE)
    assert all(isinstance(task, BestEffortTask) for task in ours)


def test_the_queue_takes_json_only_and_keeps_no_results() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert not app.conf.task_acks_late
    assert app.conf.worker_prefetch_multiplier == 1
    assert not app.conf.worker_enable_remote_control
    assert not app.conf.task_send_sent_event


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:{port}/0", "redis+socket:///nowhere/queue.sock"]
)
def test_a_queue_that_is_away_costs_a_page_less_than_a_second(url: str) -> None:
    with app.connection_for_write(url.format(port=free_port())) as away:
        began = time.monotonic()
        assert enqueued.apply_async(args=(1,), connection=away) is None
        assert time.monotonic() - began < 1
