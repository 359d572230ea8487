"""Our gunicorn worker with short limits, so that a test sees them end."""

from config.runtime import web_worker

web_worker.NEXT_BYTES_WITHIN_S = 1.0
web_worker.REQUEST_WITHIN_S = 2.5
web_worker.RESPONSE_WITHIN_S = 1.0


class Worker(web_worker.Worker):
    """The same worker, which gunicorn finds by this name."""
