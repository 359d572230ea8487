"""The queue: a doorbell that may be lost, since what is due stands in the database."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lockkeeper", task_cls="config.queue:Nudge", set_as_current=True)
app.config_from_object("config.queue:Settings")
app.autodiscover_tasks(["common", "workspaces", "credentials_app"])


@signals.celeryd_init.connect  # type: ignore[untyped-decorator]  # celery has no types
@signals.beat_init.connect  # type: ignore[untyped-decorator]
def _refuse_bad_start(**_: Any) -> None:
    """A worker or a beat that must not run ends here."""
    from config.startup import refuse_bad_start  # Django is set up by now, and was not before

    refuse_bad_start()
