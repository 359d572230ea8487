"""The Celery application. A lost message does no harm: due work is found in the database."""

import os
import threading
from collections.abc import Callable
from typing import Any

from celery import Celery, signals

from config.runtime.celery_qos import install_reliable_qos

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
RELEASE_WITHIN_S = 0.4

install_reliable_qos()
app = Celery("lockkeeper", task_cls="config.runtime.queue:BestEffortTask", set_as_current=True)
app.config_from_object("config.runtime.queue:Settings")
app.autodiscover_tasks(["config", "workspaces", "credentials_app"])


@signals.celeryd_init.connect  # type: ignore[untyped-decorator]  # celery has no types
@signals.beat_init.connect  # type: ignore[untyped-decorator]
def _refuse_bad_start(**_: Any) -> None:
    """End a worker or a beat that must not run."""
    from config.runtime.startup import (
        refuse_bad_start,  # Django is set up only now
    )

    refuse_bad_start()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_alone(**_: Any) -> None:
    """Keep Django's logging: with a receiver here, Celery does not configure its own."""


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_within_limit(**_: Any) -> None:
    """Begin no new check. The pool waits for running tasks, so a timer limits that time."""
    from django.conf import settings

    from credentials_app.checks import shutdown

    shutdown.request()
    _start_timer(settings.LOCKKEEPER_STOP_WITHIN_S, _release_and_exit)


def _release_and_exit() -> None:
    """Release the rows that are held, then exit. What is not released comes back by its lease."""
    from credentials_app.checks import shutdown

    _start_timer(RELEASE_WITHIN_S, os._exit, 0)
    shutdown.release_all_held()
    os._exit(0)


def _start_timer(seconds: float, function: Callable[..., object], *arguments: object) -> None:
    timer = threading.Timer(seconds, function, args=arguments)
    timer.daemon = True
    timer.start()
