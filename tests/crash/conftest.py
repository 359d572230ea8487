"""The folder and database of a product that a test kills."""

from collections.abc import Callable, Iterator

import pytest

from tests.config.installation import Installation
from tests.servers.process import short_folder
from tests.servers.run_servers import own_database
from tests.summary import CRASH, leave

Tell = Callable[[str, object], None]


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A folder, and a database of its own if the run has a PostgreSQL server."""
    with short_folder() as folder, own_database() as database:
        yield Installation(folder, database)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Print the figures at the end of the run."""
    return lambda title, figures: leave(request.node, CRASH, f"{title}\n{figures}")
