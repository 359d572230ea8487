"""Which queue each task goes to, and which process consumes it."""

import socket
from pathlib import Path
from typing import Any

import pytest

from config.celery import app
from config.runtime import embedded
from config.runtime.data_folder import DataFolder
from config.runtime.queue import QUEUE_OF_THE_REST, QUEUES, TIMETABLE

OF_CHECKS = {
    "credentials_app.tasks.check_batch": "checks",
    "credentials_app.tasks.check_credential": "people",
    "credentials_app.tasks.check_trial": "people",
}


def queue_of(name: str) -> str:
    queue: Any = app.amqp.router.route({}, name)["queue"]
    return str(queue.name)


def test_scheduled_checks_people_and_the_rest_have_queues_of_their_own() -> None:
    assert {name: queue_of(name) for name in OF_CHECKS} == OF_CHECKS
    ours = [name for name in app.tasks if name.startswith(("credentials_app", "workspaces"))]
    rest = {queue_of(name) for name in ours if name not in OF_CHECKS}
    rest |= {queue_of(entry["task"]) for entry in TIMETABLE.values()}  # type: ignore[arg-type]
    assert rest == {QUEUE_OF_THE_REST}, "no registry delays a mail or a sweep"


@pytest.mark.parametrize("count", [1, 3])
def test_every_queue_has_a_process(count: int, tmp_path: Path, settings: Any) -> None:
    settings.LOCKKEEPER_WORKER_PROCESSES = count
    with socket.socket() as listening:
        found = embedded.programs(DataFolder(tmp_path), listening)
    workers = [program.command for program in found if "worker" in program.command]
    queues = [command[command.index("-Q") + 1] for command in workers]
    assert sorted(queues) == sorted([*["checks"] * count, "people", QUEUE_OF_THE_REST])
    assert set(queues) == set(QUEUES)
