"""The settings of the queue, its timetable, and the class of our tasks."""

import logging
from typing import Any

from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from kombu.entity import Queue
from kombu.exceptions import OperationalError

from config import env

log = logging.getLogger(__name__)

# With the lease of 60 s and a few seconds for the check itself, the checks of a killed worker are
# recorded within 90 s.
SWEEP_EVERY = 25.0
EVERY_MINUTE = 60.0
# By the clock, not by an interval: a mail for 08:00 leaves at 08:00, in every time zone.
ON_THE_QUARTER = crontab(minute="*/15")
# By the clock, too: with an interval of an hour, a beat that restarts more often never runs it.
ONCE_AN_HOUR = crontab(minute="50")

QUEUE_OF_CHECKS, QUEUE_OF_PEOPLE, QUEUE_OF_THE_REST = "checks", "people", "celery"
"""Scheduled checks, checks that people ask for, and everything else: mails and sweeps wait for no
registry."""
QUEUES = (QUEUE_OF_CHECKS, QUEUE_OF_PEOPLE, QUEUE_OF_THE_REST)
"""A worker that names none of them consumes all three."""
ROUTES = {
    "credentials_app.tasks.check_batch": {"queue": QUEUE_OF_CHECKS},
    "credentials_app.tasks.check_credential": {"queue": QUEUE_OF_PEOPLE},
    "credentials_app.tasks.check_trial": {"queue": QUEUE_OF_PEOPLE},
}

TIMETABLE = {
    "sweep due checks": {
        "task": "credentials_app.tasks.sweep_due_checks",
        "schedule": SWEEP_EVERY,
    },
    "sweep changes": {"task": "credentials_app.tasks.sweep_unannounced", "schedule": EVERY_MINUTE},
    "list leavers": {"task": "credentials_app.tasks.list_leavers", "schedule": EVERY_MINUTE},
    "send due notices": {
        "task": "credentials_app.tasks.send_due_notices",
        "schedule": EVERY_MINUTE,
    },
    "send due reminders": {
        "task": "credentials_app.tasks.send_due_reminders",
        "schedule": ON_THE_QUARTER,
    },
    "remind of tokens": {
        "task": "credentials_app.tasks.remind_of_tokens",
        "schedule": ONCE_AN_HOUR,
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
    "anchor the audit log": {
        "task": "workspaces.tasks.anchor_the_audit_log",
        "schedule": ONCE_AN_HOUR,
    },
    "forget sessions": {"task": "config.tasks.forget_old_sessions", "schedule": ONCE_AN_HOUR},
    "forget refused sign-ins": {
        "task": "config.tasks.forget_refused_sign_ins",
        "schedule": ONCE_AN_HOUR,
    },
    "make the daily copy": {"task": "config.tasks.make_daily_copy", "schedule": ONCE_AN_HOUR},
    "forget mail files": {"task": "config.tasks.forget_mail_files", "schedule": ONCE_AN_HOUR},
}


class BestEffortTask(DjangoTask):  # type: ignore[misc]  # celery has no types
    """A task that may get lost while it is enqueued: the next sweep finds its row."""

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        """Enqueue the task. Without a queue, log a warning and return None."""
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError:
            log.warning("No queue: the next sweep does the work of %s.", self.name)
            return None


class Settings:
    """The settings of Celery."""

    broker_url = env.queue()
    # Enqueueing fails within a second, so that no page waits for the queue.
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

    task_queues = [
        Queue(name, routing_key=name)  # type: ignore[no-untyped-call]  # kombu has no types
        for name in QUEUES
    ]
    task_default_queue = QUEUE_OF_THE_REST
    task_routes = ROUTES
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
