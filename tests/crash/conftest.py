"""A place for a product that is going to be killed, on whichever database the run is about."""

from collections.abc import Callable, Iterator

import pytest

from tests.config.places import Place
from tests.servers.process import short_folder
from tests.servers.run_servers import own_database
from tests.summary import CRASH, leave

Tell = Callable[[str, object], None]


@pytest.fixture
def place() -> Iterator[Place]:
    """A folder; and a database of its own when the run has a PostgreSQL server."""
    with short_folder() as folder, own_database() as database:
        yield Place(folder, database)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Let the run say what came out, at its end."""
    return lambda title, figures: leave(request.node, CRASH, f"{title}\n{figures}")
