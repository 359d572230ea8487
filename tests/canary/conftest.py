"""The house that all canaries live in, made once."""

from collections.abc import Iterator

import pytest

from tests.canary.house import House, live
from tests.canary.queue_stream import Monitor
from tests.canary.visitor import Visitor
from tests.journeys.product import product
from tests.stand_ins.plain_registry import PlainRegistry


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    with (
        PlainRegistry.bearer({}) as registry,
        product(LOCKKEEPER_LOG_LEVEL="DEBUG") as running,
        Monitor(running.data / "run" / "queue.sock") as monitor,
    ):
        made = House(running, monitor, registry, Visitor(running.url))
        live(made)
        running.processes()
        yield made
