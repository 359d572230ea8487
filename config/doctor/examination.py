"""All examinations in their order; one that fails is a finding, too."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection

from config.doctor import keys, machine, processes, surroundings
from config.doctor.finding import Finding, problem

Examine = Callable[..., Finding]
EXAMINATIONS: dict[str, Examine] = {
    "settings": surroundings.examine_settings,
    "key files": keys.examine_key_files,
    "database": machine.examine_database,
    "audit log": machine.examine_audit_log,
    "keys": keys.examine_keys,
    "seals": keys.examine_seals,
    "pins": keys.examine_pins,
    "api tokens": keys.examine_tokens,
    "clock": machine.examine_clock,
    "disk": machine.examine_disk,
    "copies": machine.examine_copies,
    "queue": processes.examine_queue,
    "workers": processes.examine_workers,
    "mail": processes.examine_mail,
    "proxy": surroundings.examine_proxy,
    "certificates": surroundings.examine_certificates,
}
OF_RUNNING_PROCESSES = frozenset({"queue", "workers"})


def examine(*, thorough: bool, stopped: bool = False) -> Iterator[tuple[str, Finding]]:
    """Each examination with its finding. ``stopped``: leave out what needs running processes.

    ``thorough`` opens a sample of sealed values, verifies the audit log and calls the mail server.
    """
    for name, look in EXAMINATIONS.items():
        if not (stopped and name in OF_RUNNING_PROCESSES):
            yield name, examined(look, thorough=thorough)


def examined(look: Examine, **options: bool) -> Finding:
    """The finding of one examination. The text of an error could contain a secret: it is left out.

    After an error of the database its connection is opened again for the next one.
    """
    try:
        return look(**options)
    except DatabaseError:
        connection.close()
        return problem(
            "The database of DATABASE_URL cannot be used.",
            "See whether it runs, whether the address is right, and whether migrate has run.",
        )
    except Exception as error:  # noqa: BLE001  # one broken examination must not hide the others
        return problem(
            f"This could not be examined ({type(error).__name__}).",
            "See the other lines first; if they are fine, this is a bug: report it.",
        )
