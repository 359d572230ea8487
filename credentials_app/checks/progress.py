"""Writes each step of a check that a person waits for, and deletes them when the check is over."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import database_now
from common.database_outage import DATABASE_IS_GONE
from credentials_app.models import CheckProgress, Credential, Trial
from credentials_app.serialization import dump_steps
from registry.evidence import Follow, NextRequest, for_nobody

log = logging.getLogger(__name__)
ORPHANED = timedelta(minutes=10)
"""No check runs so long: the process of these rows was killed."""


@contextmanager
def shown_to_person(row: Credential | Trial) -> Iterator[Follow]:
    """What to call before each request of this check; only if a person waits for it."""
    if row.asked_at is None or row.lease_id is None:
        yield for_nobody
        return
    writer = _Writer(row.lease_id)
    try:
        yield writer.write
    finally:
        writer.delete()


class _Writer:
    """One INSERT, then one UPDATE for each request. A check goes on if they are not possible."""

    def __init__(self, lease: UUID) -> None:
        self.lease = lease
        self.exists = self.failed = False

    def write(self, request: NextRequest) -> None:
        self._try(lambda: self._store(request))

    def delete(self) -> None:
        if self.exists:
            self._try(lambda: CheckProgress.objects.filter(pk=self.lease).delete())

    def _store(self, request: NextRequest) -> None:
        values = {
            "steps": dump_steps(request.done),
            "next_step": request.name.value,
            "next_to": str(request.to),
            "provider": request.provider,
            "at": database_now(),
        }
        if self.exists:
            CheckProgress.objects.filter(pk=self.lease).update(**values)
        else:
            CheckProgress.objects.create(pk=self.lease, **values)
            self.exists = True

    def _try(self, statement: Callable[[], object]) -> None:
        if self.failed:
            return
        try:
            statement()
        except DATABASE_IS_GONE as error:
            self.failed = True
            log.warning("The steps of a check cannot be shown: %s", type(error).__name__)


def delete_orphaned_progress(*, now: datetime) -> None:
    """Delete the steps of checks whose process was killed."""
    CheckProgress.objects.filter(at__lte=now - ORPHANED).delete()
