"""Whether the mail server is worth asking: after it failed as a whole, others wait for a probe.

A mail server that is silent holds whoever asks it for many seconds. Without this, a morning's
mails would hold every thread of the worker, and no credential would be checked meanwhile.
"""

import time

from django.conf import settings

REST_S = 55.0
_closed_until: dict[tuple[str, int], float] = {}


def close() -> None:
    """The mail server failed, whatever the mail: leave it alone for almost a minute."""
    _closed_until[_server()] = time.monotonic() + REST_S


def reopen() -> None:
    """It took a mail."""
    _closed_until.pop(_server(), None)


def is_open() -> bool:
    """Whether this process has no reason to leave it alone."""
    return time.monotonic() >= _closed_until.get(_server(), 0.0)


def _server() -> tuple[str, int]:
    return settings.EMAIL_HOST, settings.EMAIL_PORT
