"""A Celery worker that goes on receiving messages after its connection to the queue was lost.

A worker receives up to ``prefetch_count`` messages before it must acknowledge one. When an
acknowledgment raises a connection error, kombu 5.7.0 (``kombu.transport.redis.QoS.ack``) does not
remove the message from its count. After ``prefetch_count`` such errors the worker never receives
another message, without an error. A test fails when kombu's version changes, so that somebody
checks whether this is still needed.

On its own: it replaces a part of kombu, and goes when kombu is mended.
"""

import logging

from kombu.transport import redis, virtual

log = logging.getLogger(__name__)


class ReliableQoS(redis.QoS):
    """The messages that a worker has received and not acknowledged."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge. On a connection error only remove it from the count: it may come twice."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]  # kombu has no types
        except self.channel.connection_errors:
            log.warning("No connection to the queue: a message may be delivered once more.")
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]


def install_reliable_qos() -> None:
    """Use :class:`ReliableQoS` in every worker of this process."""
    redis.Channel.QoS = ReliableQoS
