"""Makes a sample: its workspace, and its credentials with tags and history in four statements."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from common import throttle
from common.clock import database_now
from common.throttle import Limit
from credentials_app import secrets
from credentials_app.models import CheckRun, Credential, StatusChange, Tag
from credentials_app.samples.catalog import SAMPLES, TAGS, Sample
from credentials_app.samples.history import SampleHistory
from registry.secret import Secret
from workspaces.models import User, Workspace
from workspaces.rights.refusals import TooMany
from workspaces.rights.seat import OrganizationSeat
from workspaces.sample_places import make_place

SEED = 2606
MADE_UP = "made-up-secret-of-a-sample"
NOBODY = "sample data"
STORED_BEFORE = timedelta(minutes=1)
BATCH = 500
MOST, WINDOW = 10, timedelta(hours=1)


class TooManySamples(TooMany):
    """The person has made many samples in the last hour."""

    words = "You have made {most} samples in an hour. Make the next one later."


@transaction.atomic
def make_sample(seat: OrganizationSeat) -> Workspace:
    """The sample of the organization, made if it has none. Raises NotAllowed, TooManySamples."""
    place, is_new = make_place(seat)
    if not is_new:
        return place
    if throttle.take(Limit(f"samples-of:{seat.user.pk}", MOST, WINDOW)) is not None:
        raise TooManySamples(MOST)
    store_rows(place, [seat.user], now=database_now())
    return place


def store_rows(
    place: Workspace,
    owners: Sequence[User],
    *,
    now: datetime,
    seed: int = SEED,
    samples: Sequence[Sample] = SAMPLES,
) -> None:
    """Fill a sample. The owners take turns; every fourth credential has none."""
    histories = []
    for number, sample in enumerate(samples):
        row = _row(place, sample, now)
        row.owner = owners[number % len(owners)] if owners and number % 4 != 3 else None
        history = SampleHistory(row, sample, now, random.Random(seed + number))  # noqa: S311  # guards nothing
        history.live()
        secrets.seal(row, secrets.content_for(row, Secret(MADE_UP), frozenset()))
        row.secret_digest = None  # one made-up secret for all: nothing to report
        histories.append(history)
    Credential.objects.bulk_create([each.row for each in histories])
    Tag.objects.bulk_create(
        Tag(workspace=place, credential=each.row, name=name)
        for each in histories
        for name in TAGS.get(each.row.name, "").split()
    )
    runs = [run for each in histories for run in each.runs]
    CheckRun.objects.bulk_create(runs, batch_size=BATCH)
    changes = [change for each in histories for change in each.changes]
    StatusChange.objects.bulk_create(changes, batch_size=BATCH)


def _row(place: Workspace, sample: Sample, now: datetime) -> Credential:
    """The row as it was when somebody added it; nobody in particular did."""
    age = timedelta(days=sample.life[0].since if sample.life else 0)
    stored = now - age - STORED_BEFORE
    return Credential(
        workspace=place,
        name=sample.name,
        provider=sample.provider,
        server=f"https://{sample.server}",
        username=sample.username,
        push=sample.push,
        repository=sample.repository,
        notes=sample.notes,
        expires_on=None if sample.ends_on is None else (now + timedelta(sample.ends_on)).date(),
        created_at=stored,
        changed_at=stored,
        secret_set_at=stored,
        status_since=stored,
        created_by=NOBODY,
        changed_by=NOBODY,
        secret_set_by=NOBODY,
    )
