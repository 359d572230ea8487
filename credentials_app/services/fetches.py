"""Counts who fetched a secret: one row for each consumer, version and day."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from credentials_app.models import Credential, Fetch, FetchKind
from workspaces.models import User

RETENTION = timedelta(days=90)
NOTED_EVERY = timedelta(hours=1)
MOST_A_DAY = 200
"""Consumers of a credential on one day by address; further ones are counted without theirs."""


@dataclass(frozen=True)
class Consumer:
    """A person, or a token of theirs, with what fetches and from where.

    ``label``: the person's address, or the name of the token.
    """

    person: User
    kind: FetchKind
    label: str
    address: str = ""
    token: UUID | None = None

    @property
    def digest(self) -> str:
        """The same for the same consumer."""
        who = self.token or self.person.pk
        return hashlib.sha256(f"{who}\n{self.kind}\n{self.address}".encode()).hexdigest()

    @property
    def without_address(self) -> "Consumer":
        """All consumers of this person or token and kind as one."""
        return Consumer(self.person, self.kind, self.label, "", self.token)


def count_fetch(row: Credential, consumer: Consumer, now: datetime, *, image: str = "") -> None:
    """Count one fetch of the present secret. Called in the transaction of the fetch."""
    if _added(row, consumer, now, image):
        return
    today = Fetch.objects.filter(credential=row, day=_day(now)).count()
    chosen = consumer if today < MOST_A_DAY else consumer.without_address
    try:
        with transaction.atomic():
            _first(row, chosen, now, image).save(force_insert=True)
    except IntegrityError:  # somebody else was first
        if not _added(row, chosen, now, image):
            raise
    stale = Q(fetched_at=None) | Q(fetched_at__lt=now - NOTED_EVERY)
    Credential.objects.filter(stale, pk=row.pk).update(fetched_at=now)


def delete_old_fetches(*, now: datetime) -> None:
    """Delete what was fetched more than 90 days ago."""
    Fetch.objects.filter(day__lt=_day(now - RETENTION)).delete()


def _added(row: Credential, consumer: Consumer, now: datetime, image: str) -> bool:
    """Add one to the row of today. False if there is none."""
    same = Fetch.objects.filter(
        credential=row,
        consumer=consumer.digest,
        secret_version=row.secret_version,
        day=_day(now),
    )
    return bool(same.update(count=F("count") + 1, last_at=now, image=image[:400]))


def _first(row: Credential, consumer: Consumer, now: datetime, image: str) -> Fetch:
    return Fetch(
        credential=row,
        secret_version=row.secret_version,
        day=_day(now),
        consumer=consumer.digest,
        kind=consumer.kind,
        person=consumer.person,
        token_id=consumer.token,
        label=consumer.label[:254],
        address=consumer.address[:45],
        image=image[:400],
        first_at=now,
        last_at=now,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
