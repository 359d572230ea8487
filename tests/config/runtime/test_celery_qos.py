"""What could not be acknowledged does not keep a worker from taking more."""

import contextlib

from kombu import Connection, Consumer, Message, Producer, Queue

from config.runtime.celery_qos import install_reliable_qos
from tests.servers.redis import redis

PLACES = 2


def test_a_worker_has_its_places_again_when_the_queue_went_away() -> None:
    install_reliable_qos()
    taken: list[Message] = []
    bell = Queue("bell")
    with contextlib.ExitStack() as server:
        connection = Connection(server.enter_context(redis()))
        channel = connection.channel()
        consumer = Consumer(channel, [bell], on_message=taken.append, auto_declare=True)
        consumer.qos(prefetch_count=PLACES)
        consumer.consume()
        for number in range(PLACES):
            Producer(connection.channel()).publish(number, routing_key="bell")
        while len(taken) < PLACES:
            connection.drain_events(timeout=5)
        assert not channel.qos.can_consume()

        taken[0].ack()
        assert channel.qos.can_consume()
    taken[1].ack()
    assert len(taken) == PLACES
    assert channel.qos.can_consume_max_estimate() == PLACES
