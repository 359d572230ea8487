"""Calls that begin at the same moment, each in a thread with a connection of its own."""

import threading
from collections.abc import Callable, Iterable

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from workspaces.rights.refusals import Refusal


def all_at_once(deeds: Iterable[Callable[[], object]]) -> list[str]:
    """Do all of it; returns the names of the refusals, and what went wrong as ``broken: …``.

    The test needs real transactions.
    """
    failed: list[str] = []
    waiting = list(deeds)
    gate = threading.Barrier(len(waiting))

    def run(deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            deed()
        except (Refusal, ObjectDoesNotExist) as refusal:
            failed.append(type(refusal).__name__)
        except Exception as error:  # noqa: BLE001  # shown by the test
            failed.append(f"broken: {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed
