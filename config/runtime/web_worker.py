"""How a web process ends: it answers everybody who is there, and who comes later is refused."""

import select

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # it has none


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Closes its sockets as soon as it takes nobody more.

    The library keeps them open while the last requests end: who connects meanwhile, instead of
    being refused and going to another process, waits for an answer that never comes.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """Called with False when the process is to end, and while it has its hands full."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            while select.select([listener], [], [], 0)[0]:
                self.accept(listener)
            listener.close()
