"""The queue: a doorbell that may be lost, since what is due stands in the database."""

import os
import threading
from collections.abc import Callable
from typing import Any

from celery import Celery, signals

from config.runtime.celery_qos import install_reliable_qos

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
GIVING_BACK_S = 0.4

install_reliable_qos()
app = Celery("lockkeeper", task_cls="config.runtime.queue:BestEffortTask", set_as_current=True)
app.config_from_object("config.runtime.queue:Settings")
app.autodiscover_tasks(["config", "workspaces", "credentials_app"])


@signals.celeryd_init.connect  # type: ignore[untyped-decorator]  # celery has no types
@signals.beat_init.connect  # type: ignore[untyped-decorator]
def _refuse_bad_start(**_: Any) -> None:
    """A worker or a beat that must not run ends here."""
    from config.runtime.startup import (
        refuse_bad_start,  # Django is set up by now, and was not before
    )

    refuse_bad_start()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_alone(**_: Any) -> None:
    """Django has set it up already; a receiver here keeps celery from doing it its own way."""


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _end_in_time(**_: Any) -> None:
    """Nothing more is begun. A pool of threads waits for every task, but not for ever."""
    from django.conf import settings

    from credentials_app.checks import shutdown

    shutdown.request()
    _start_timer(settings.LOCKKEEPER_STOP_WITHIN_S, _leave)


def _leave() -> None:
    """Give back what has not ended, and end; leases bring back what could not be given back."""
    from credentials_app.checks import shutdown

    _start_timer(GIVING_BACK_S, os._exit, 0)
    shutdown.release_all_held()
    os._exit(0)


def _start_timer(seconds: float, then: Callable[..., object], *given: object) -> None:
    timer = threading.Timer(seconds, then, args=given)
    timer.daemon = True
    timer.start()
