"""How the queue behaves, and what rings when."""

import logging
from typing import Any

from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from kombu.exceptions import OperationalError

from config import env

log = logging.getLogger(__name__)

# With the lease of 60 s, and a few to look: what a killed worker held is recorded within 90 s.
SWEEP_EVERY = 25.0
EVERY_MINUTE = 60.0
# By the clock, so that what comes at 08:00 does not come at 08:14, wherever the reader is.
ON_THE_QUARTER = crontab(minute="*/15")
# By the clock too: a timetable that starts anew within the hour would never come to it.
ONCE_AN_HOUR = crontab(minute="50")

TIMETABLE = {
    "sweep due checks": {
        "task": "credentials_app.tasks.sweep_due_checks",
        "schedule": SWEEP_EVERY,
    },
    "sweep changes": {"task": "credentials_app.tasks.sweep_unannounced", "schedule": EVERY_MINUTE},
    "send due notices": {
        "task": "credentials_app.tasks.send_due_notices",
        "schedule": EVERY_MINUTE,
    },
    "send due reminders": {
        "task": "credentials_app.tasks.send_due_reminders",
        "schedule": ON_THE_QUARTER,
    },
    "note outages": {"task": "credentials_app.tasks.note_outages", "schedule": ON_THE_QUARTER},
    "send due reports": {
        "task": "credentials_app.tasks.send_due_reports",
        "schedule": ON_THE_QUARTER,
    },
    "follow the interval": {
        "task": "credentials_app.tasks.follow_the_instance",
        "schedule": ON_THE_QUARTER,
    },
    "sweep mails": {"task": "workspaces.tasks.sweep_outbox", "schedule": EVERY_MINUTE},
    "forget mails": {"task": "workspaces.tasks.forget_old_mails", "schedule": ONCE_AN_HOUR},
    "prune": {"task": "credentials_app.tasks.prune", "schedule": ONCE_AN_HOUR},
    "prune history": {"task": "credentials_app.tasks.prune_history", "schedule": ONCE_AN_HOUR},
    "forget sessions": {"task": "config.tasks.forget_old_sessions", "schedule": ONCE_AN_HOUR},
}


class Nudge(DjangoTask):  # type: ignore[misc]  # celery has no types
    """A task whose ringing may fail: the next sweep finds the row."""

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Ring once; when the queue is away, say so in the log and go on."""
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError:
            log.warning("The queue is away; the next sweep will find what %s was for.", self.name)
            return None


class Settings:
    """Celery's own settings."""

    broker_url = env.queue()
    # A publish gives up within a second: a page never waits for the queue.
    broker_connection_timeout = 1
    broker_transport_options = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "retry_on_timeout": False,
        "max_retries": 0,
        "queue_order_strategy": "round_robin",
    }
    broker_connection_retry_on_startup = True
    broker_connection_max_retries = None
    task_publish_retry = False

    accept_content = ["json"]
    task_serializer = "json"
    task_ignore_result = True
    task_store_errors_even_if_ignored = False
    task_acks_late = False
    task_send_sent_event = False
    worker_send_task_events = False
    worker_enable_remote_control = False
    worker_prefetch_multiplier = 1
    worker_hijack_root_logger = False
    worker_redirect_stdouts = False
    worker_soft_shutdown_timeout = 3.0
    enable_utc = True
    timezone = "UTC"

    beat_scheduler = "celery.beat:Scheduler"
    beat_schedule = TIMETABLE
