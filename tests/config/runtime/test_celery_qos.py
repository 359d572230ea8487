"""A message that could not be acknowledged does not keep a worker from receiving more."""

import contextlib
from importlib.metadata import version

from kombu import Connection, Consumer, Message, Producer, Queue

from config.runtime.celery_qos import install_reliable_qos
from tests.servers.redis import redis

PREFETCH_COUNT = 2


def test_an_upgrade_of_kombu_asks_for_a_look_at_the_workaround() -> None:
    assert version("kombu") == "5.7.0", (
        "Does kombu's redis QoS.ack still count a message whose acknowledgment failed? If not, "
        "delete config/runtime/celery_qos.py; if so, write the new version here and there."
    )


def test_a_worker_has_its_places_again_when_the_queue_went_away() -> None:
    install_reliable_qos()
    received: list[Message] = []
    queue = Queue("tasks")
    with contextlib.ExitStack() as server:
        connection = Connection(server.enter_context(redis()))
        channel = connection.channel()
        consumer = Consumer(channel, [queue], on_message=received.append, auto_declare=True)
        consumer.qos(prefetch_count=PREFETCH_COUNT)
        consumer.consume()
        for number in range(PREFETCH_COUNT):
            Producer(connection.channel()).publish(number, routing_key="tasks")
        while len(received) < PREFETCH_COUNT:
            connection.drain_events(timeout=5)
        assert not channel.qos.can_consume()

        received[0].ack()
        assert channel.qos.can_consume()
    received[1].ack()
    assert len(received) == PREFETCH_COUNT
    assert channel.qos.can_consume_max_estimate() == PREFETCH_COUNT
