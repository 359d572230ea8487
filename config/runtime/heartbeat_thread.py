"""The thread of each web process that looks whether the checker lives."""

import logging
import threading

from django.db import connections

from credentials_app.monitoring import heartbeat

log = logging.getLogger(__name__)


def start() -> threading.Thread:
    """Look now, and then again and again until the process ends."""
    thread = threading.Thread(target=watch, args=(threading.Event(),), daemon=True, name="watch")
    thread.start()
    return thread


def watch(stop: threading.Event) -> None:
    """Look until ``stop`` is set."""
    while not stop.is_set():
        try:
            heartbeat.watch_once()
        except Exception as trouble:  # noqa: BLE001  # a thread's edge: the next look may go well
            log.warning("The checker could not be looked at: %s", type(trouble).__name__)
        finally:
            connections.close_all()
        stop.wait(heartbeat.LOOK_EVERY_S)
