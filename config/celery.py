"""The queue: a doorbell that may be lost, since what is due stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lockkeeper", task_cls="config.queue:Nudge", set_as_current=True)
app.config_from_object("config.queue:Settings")
app.autodiscover_tasks(["common", "workspaces", "credentials_app"])
