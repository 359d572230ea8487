"""The one instance of the suite."""

import os
from collections.abc import Iterator

import pytest
import redis

from tests.canary.commands import PASSWORDS, operators_secrets
from tests.canary.instance import Instance, use_everything
from tests.canary.leaving import let_secrets_leave
from tests.canary.openid import provider_with_secrets, settings_of, use_provider
from tests.canary.queue_stream import Monitor
from tests.canary.secrets import new_canary
from tests.canary.sign_in import sign_in_by_everything
from tests.canary.spellings import Canary
from tests.canary.stores import Stores
from tests.canary.visitor import Visitor
from tests.journeys.product import product
from tests.stand_ins.openid_provider import OpenIdProvider
from tests.stand_ins.plain_registry import PlainRegistry


@pytest.fixture(scope="package")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    with provider_with_secrets(tmp_path_factory.mktemp("openid")) as made:
        yield made


@pytest.fixture(scope="package")
def servers() -> Iterator[dict[str, Canary]]:
    """The passwords of PostgreSQL and Redis, if the run has them: the product gets them."""
    made = {kind: new_canary(kind) for kind in PASSWORDS}
    database, queue = (os.environ.get(f"TEST_{name}_URL", "") for name in ("DATABASE", "REDIS"))
    with pytest.MonkeyPatch.context() as patch:
        if database:  # its server trusts every connection, with whatever password
            known = f":{made['database password'].secret}@"
            patch.setenv("TEST_DATABASE_URL", database.replace("@", known, 1))
        if queue:
            password = made["queue password"].secret
            with redis.Redis.from_url(queue) as client:
                client.acl_setuser(
                    "canary",
                    enabled=True,
                    passwords=[f"+{password}"],
                    keys=["*"],
                    channels=["*"],
                    categories=["+@all"],
                )
            patch.setenv("TEST_REDIS_URL", queue.replace("://", f"://canary:{password}@", 1))
        yield made


@pytest.fixture(scope="package")
def instance(provider: OpenIdProvider, servers: dict[str, Canary]) -> Iterator[Instance]:
    with (
        PlainRegistry.bearer({}) as registry,
        product(LOCKKEEPER_LOG_LEVEL="DEBUG", **settings_of(provider)) as running,
        Monitor(Stores(running)) as monitor,
    ):
        people = (Visitor(running.url), Visitor(running.url))
        made = Instance(running, monitor, registry, *people)
        made.operators = operators_secrets(running) | servers
        made.canaries += made.operators.values()
        use_everything(made)
        sign_in_by_everything(made)
        let_secrets_leave(made)
        use_provider(made, provider)
        running.processes()
        yield made
