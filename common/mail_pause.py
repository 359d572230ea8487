"""Pauses mail after the mail server failed as a whole, until one mail shows that it works again.

A mail server that does not answer blocks a thread for many seconds for each mail. Without the
pause, the mails of one morning would block every thread of the worker, and no credential would be
checked meanwhile.
"""

import time

from django.conf import settings

PAUSE_S = 55.0
_paused_until: dict[tuple[str, int], float] = {}


def pause() -> None:
    """Pause mail to this server for almost a minute: every mail would fail now."""
    _paused_until[_server()] = time.monotonic() + PAUSE_S


def open_again() -> None:
    """End the pause: the mail server accepted a mail."""
    _paused_until.pop(_server(), None)


def is_paused() -> bool:
    """True until the pause ends. Each process has its own; the sweep's first mail ignores it."""
    return time.monotonic() < _paused_until.get(_server(), 0.0)


def _server() -> tuple[str, int]:
    return settings.EMAIL_HOST, settings.EMAIL_PORT
