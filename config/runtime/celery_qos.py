"""A worker that goes on after the queue was away: no place stays taken by what could not be said.

A worker takes a few messages at a time and acknowledges each. The library forgets to free the
place of a message when its acknowledgment meets a dead connection; as many of them as there are
places, and the worker asks for nothing more, for good, without an error.
"""

import logging

from kombu.transport import redis, virtual

log = logging.getLogger(__name__)


class ReliableQoS(redis.QoS):
    """The messages that a worker has taken."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge; without the queue, only free the place: a nudge may come twice."""
        try:
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]  # kombu has no types
        except self.channel.connection_errors:
            log.warning("The queue is away; a message may be delivered once more.")
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]


def install_reliable_qos() -> None:
    """Let every worker of this process count its messages so."""
    redis.Channel.QoS = ReliableQoS
