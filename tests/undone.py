"""A block of the database that is undone at its end, in which the product commits as ever."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that the block stores; what was to follow a commit does not."""
    block = transaction.atomic()
    block._from_testcase = True  # what commits on its own commits here, too
    with block:
        kept = connection.run_on_commit[:]
        yield
        connection.run_on_commit = kept
        transaction.set_rollback(True)
