"""A gunicorn worker that refuses new connections while it stops."""

import select

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # it has none


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Closes its listening sockets as soon as it stops accepting connections.

    gunicorn 27.0.1 keeps them open until the last requests have ended. The kernel still completes
    new connections on them, and nobody answers these; a closed socket refuses them, and the client
    tries another process. A test fails when gunicorn's version changes, so that somebody checks
    whether this is still needed.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """gunicorn calls this with False while all threads are busy, and when the process stops."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
