"""Database and queue of the instance, embedded or PostgreSQL and Redis: asked and dumped."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg
import redis

from tests.journeys.product import Product
from tests.servers.process import program

DATABASE = "lockkeeper.sqlite3"
REFUSES = """
create function made_up_fault() returns trigger language plpgsql as $$
begin raise exception 'made-up fault of {table}' using errcode = 'integrity_constraint_violation';
end $$
"""


@dataclass(frozen=True)
class Stores:
    """Where a product keeps its rows and its tasks."""

    product: Product

    @property
    def postgresql(self) -> str:
        """The URL of PostgreSQL; empty for SQLite."""
        return self.product.variables.get("DATABASE_URL", "")

    @property
    def redis_url(self) -> str:
        given = self.product.variables.get("REDIS_URL", "")
        return given or f"unix://{self.product.data / 'run' / 'queue.sock'}"

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Run a statement; returns its rows, if it has any."""
        if self.postgresql:
            with psycopg.connect(self.postgresql) as database:
                found = database.execute(question.encode())
                return found.fetchall() if found.description else []
        with closing(sqlite3.connect(self.product.data / DATABASE, timeout=20)) as database:
            answer = database.execute(question).fetchall()
            database.commit()
        return answer

    def break_inserts(self, table: str) -> None:
        """Let each INSERT into the table fail."""
        when = f"create trigger made_up_fault before insert on {table}"
        if self.postgresql:
            self.ask(REFUSES.format(table=table))
            self.ask(f"{when} for each row execute function made_up_fault()")
        else:
            self.ask(f"{when} begin select raise(abort, 'made-up fault of {table}'); end")

    def mend_inserts(self, table: str) -> None:
        if self.postgresql:
            self.ask(f"drop trigger made_up_fault on {table}")
            self.ask("drop function made_up_fault")
        else:
            self.ask("drop trigger made_up_fault")

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """Every row of every table, as it is stored."""
        names = "select name from sqlite_master where type='table'"
        if self.postgresql:
            names = "select tablename from pg_tables where schemaname = 'public'"
        for (name,) in self.ask(names):
            for row in self.ask(f'select * from "{name}"'):
                values = (v if isinstance(v, bytes) else str(v).encode() for v in row)
                yield str(name), b"\n".join(values)

    def dump(self) -> bytes:
        """What an administrator of PostgreSQL takes along; nothing for SQLite, which is a file."""
        if not self.postgresql:
            return b""
        command = [program("pg_dump"), "--dbname", self.postgresql]
        return subprocess.run(command, capture_output=True, timeout=150, check=True).stdout

    @property
    def is_shared_queue(self) -> bool:
        """True if the queue is a database of a server that others use, too."""
        return bool(self.product.variables.get("REDIS_URL"))

    def queue(self, number: int = 0) -> "redis.Redis":
        """A client of the queue."""
        if self.is_shared_queue:
            return redis.Redis.from_url(self.redis_url, socket_timeout=None)
        return redis.Redis.from_url(self.redis_url, db=number, socket_timeout=None)
