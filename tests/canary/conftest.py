"""The one instance of the suite."""

from collections.abc import Iterator

import pytest

from tests.canary.instance import Instance, use_everything
from tests.canary.openid import provider_with_secrets, settings_of, use_provider
from tests.canary.queue_stream import Monitor
from tests.canary.sign_in import sign_in_by_everything
from tests.canary.visitor import Visitor
from tests.journeys.product import product
from tests.stand_ins.openid_provider import OpenIdProvider
from tests.stand_ins.plain_registry import PlainRegistry


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    with provider_with_secrets(tmp_path_factory.mktemp("openid")) as made:
        yield made


@pytest.fixture(scope="package")
def instance(provider: OpenIdProvider) -> Iterator[Instance]:
    with (
        PlainRegistry.bearer({}) as registry,
        product(LOCKKEEPER_LOG_LEVEL="DEBUG", **settings_of(provider)) as running,
        Monitor(running.data / "run" / "queue.sock") as monitor,
    ):
        people = (Visitor(running.url), Visitor(running.url))
        made = Instance(running, monitor, registry, *people)
        use_everything(made)
        sign_in_by_everything(made)
        use_provider(made, provider)
        running.processes()
        yield made
