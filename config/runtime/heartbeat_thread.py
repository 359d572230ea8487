"""A thread of each web process. It reads the heartbeat of the checker and reports a stop.

On its own: only Python code can start it, and a configuration file of gunicorn calls it.
"""

import logging
import threading

from django.db import connections

from credentials_app.monitoring import heartbeat

log = logging.getLogger(__name__)


def start_heartbeat_thread() -> threading.Thread:
    """Start the thread; it runs until the process ends."""
    thread = threading.Thread(
        target=watch_heartbeat, args=(threading.Event(),), daemon=True, name="heartbeat"
    )
    thread.start()
    return thread


def watch_heartbeat(stop: threading.Event) -> None:
    """Read the heartbeat every few seconds until ``stop`` is set."""
    while not stop.is_set():
        try:
            heartbeat.watch_once()
        except Exception as error:  # noqa: BLE001  # a thread's edge: the next reading may succeed
            log.warning("The heartbeat of the checker could not be read: %s", type(error).__name__)
        finally:
            connections.close_all()
        stop.wait(heartbeat.LOOK_EVERY_S)
