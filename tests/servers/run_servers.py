"""A database and a queue for a product under test, on the servers of this run."""

import contextlib
import os
import secrets
from collections.abc import Iterator

import psycopg
import redis

# The processes of pytest-xdist use the first numbers, one each.
OWN_QUEUES = range(16, 64)


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """DATABASE_URL of a new database; empty if the run has no PostgreSQL server."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        yield {}
        return
    name = f"product_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield {"DATABASE_URL": f"{server.rpartition('/')[0]}/{name}"}
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def own_queue() -> Iterator[dict[str, str]]:
    """REDIS_URL of an empty queue; empty if the run has no Redis server."""
    server = os.environ.get("TEST_REDIS_URL", "")
    if not server:
        yield {}
        return
    url = f"{server}/{secrets.choice(OWN_QUEUES)}"
    with redis.Redis.from_url(url) as queue:
        queue.flushdb()
        yield {"REDIS_URL": url}
        queue.flushdb()
