"""A place for a product that is going to be killed, on whichever database the run is about."""

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest

from tests.config.places import Place
from tests.servers.process import short_folder


@pytest.fixture
def place() -> Iterator[Place]:
    """A folder; and a database of its own when the run has a PostgreSQL server."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    with short_folder() as folder:
        if not server:
            yield Place(folder)
            return
        name = f"crash_{secrets.token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
            try:
                yield Place(folder, {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"})
            finally:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
