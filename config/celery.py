"""The queue: a doorbell that may be lost, since what is due stands in the database."""

import os
import threading
from typing import Any

from celery import Celery, signals

from config.acknowledging import free_places

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

free_places()
app = Celery("lockkeeper", task_cls="config.queue:Nudge", set_as_current=True)
app.config_from_object("config.queue:Settings")
app.autodiscover_tasks(["config", "workspaces", "credentials_app"])


@signals.celeryd_init.connect  # type: ignore[untyped-decorator]  # celery has no types
@signals.beat_init.connect  # type: ignore[untyped-decorator]
def _refuse_bad_start(**_: Any) -> None:
    """A worker or a beat that must not run ends here."""
    from config.startup import refuse_bad_start  # Django is set up by now, and was not before

    refuse_bad_start()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _leave_logging_alone(**_: Any) -> None:
    """Django has set it up already; a receiver here keeps celery from doing it its own way."""


@signals.worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _end_in_time(**_: Any) -> None:
    """A pool of threads waits for every task; leases bring back whatever did not end in time."""
    from django.conf import settings

    last_call = threading.Timer(settings.LOCKKEEPER_STOP_WITHIN_S, os._exit, args=(0,))
    last_call.daemon = True
    last_call.start()
