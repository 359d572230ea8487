"""Replaces the secret of a credential: a trial first, and only what works replaces the old one.

The caller enqueues ``tasks.check_trial.delay_on_commit(trial.pk)`` for a trial, which finishes the
replacement, and ``tasks.check_credential.delay_on_commit(credential.pk)`` for a stored secret.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction

from common.clock import database_now
from credentials_app.models import LIFETIME, Credential, Trial
from credentials_app.secrets import opens_secrets
from credentials_app.selectors import locked
from credentials_app.services.credentials import draft_of, store_new_secret
from credentials_app.services.draft import Draft
from credentials_app.services.errors import HttpNotAllowed, SecretNeeded
from credentials_app.services.limits import count_request
from credentials_app.services.secret_source import inherited_pins, secret_for, stored_content
from credentials_app.services.trials import add_trial, new_trial
from registry.outcome import Outcome
from registry.secret import Secret
from workspaces import audit
from workspaces.rights.access import role_in
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

NEED_COLUMNS = ("provider", "server", "username", "push", "repository", "secret_version")
"""What a trial of a replacement has in common with its credential."""


@dataclass(frozen=True)
class NewSecret:
    """What replaces a secret. ``secret`` None: the one of the trial before.

    ``expires_on``: the end of the new secret as a person typed it. ``leaked``: the old one is
    known to somebody else, and no copy of it is kept.
    """

    secret: Secret | None = None
    expires_on: date | None = None
    leaked: bool = False


def try_replacement(
    seat: Seat,
    credential: Credential,
    new: NewSecret,
    *,
    before: Trial | None = None,
    again: bool = False,
) -> Trial:
    """Try a new secret for the need of the credential: its server, user name, need and pins.

    If it works, :func:`finish_replacement` stores it. A ``new`` without a secret takes the one of
    ``before``. ``again``: send it although it was refused today. Raises SecretNeeded,
    HttpNotAllowed, AskedTooOften.
    """
    count_request(seat)
    return _try(seat, credential, new, before=before, again=again)


@opens_secrets
def _try(
    seat: Seat, credential: Credential, new: NewSecret, *, before: Trial | None, again: bool
) -> Trial:
    with transaction.atomic():
        stored = locked(seat, credential)
        draft = _draft(stored, new)
        row = new_trial(seat, draft, database_now())
        row.credential, row.secret_version = stored, stored.secret_version
        row.replaces, row.leaked, row.send_again = True, new.leaked, again
        content = secret_for(seat, draft, row, _own(before, stored)).content
        if content.recipients is None:
            content = content.pinned_to(inherited_pins(stored, stored_content(seat, stored)))
        add_trial(seat, row, content)
    return row


@opens_secrets
def finish_replacement(pk: UUID | str) -> Credential | None:
    """Store the secret of a trial that works, with the result of that trial.

    None, and nothing changes, unless the trial worked, its person may still write, and the
    credential is still the one that was tried. A second call does nothing.
    """
    found = Trial.objects.filter(pk=pk, replaces=True).first()
    if found is None or found.credential_id is None:
        return None
    try:
        with transaction.atomic():
            return _finish(found, found.credential_id)
    except (SecretNeeded, HttpNotAllowed):
        return None


@opens_secrets
def replace_secret(
    seat: Seat, credential: Credential, new: NewSecret, *, trial: Trial | None = None
) -> Credential:
    """Replace the secret although no trial has shown that the new one works.

    A ``new`` without a secret takes the one of ``trial``, and the result of that trial. Raises
    SecretNeeded, HttpNotAllowed.
    """
    with transaction.atomic():
        row = locked(seat, credential)
        own = _own(trial, row)
        row = store_new_secret(seat, row, _draft(row, new), own, leaked=new.leaked)
        if own is not None:
            Trial.objects.filter(pk=own.pk).delete()
    return row


def is_still_for(trial: Trial, credential: Credential) -> bool:
    """True if the credential still has the need and the secret that this replacement was for."""
    return trial.credential_id == credential.pk and all(
        getattr(trial, column) == getattr(credential, column) for column in NEED_COLUMNS
    )


def waiting_replacements() -> list[UUID]:
    """The keys of trials that worked and whose replacement is not finished: a task was lost."""
    proven = Trial.objects.filter(replaces=True, outcome=Outcome.VALID.value)
    young = proven.filter(started_at__gt=database_now() - LIFETIME)
    return list(young.values_list("pk", flat=True))


def _finish(found: Trial, credential: UUID) -> Credential | None:
    """The credential is locked before its trial, as everywhere."""
    seat = _seat_of(found)
    row = Credential.objects.filter(pk=credential, workspace=found.workspace_id).first()
    if seat is None or row is None:
        return None
    row = locked(seat, row)
    trial = Trial.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if trial is None or trial.outcome != Outcome.VALID.value or not is_still_for(trial, row):
        return None
    draft = _draft(row, NewSecret(expires_on=trial.expires_on))
    return store_new_secret(seat, row, draft, trial, leaked=trial.leaked)


def _seat_of(trial: Trial) -> Seat | None:
    """The seat of the person who tried it, if they may still write."""
    role = role_in(trial.person, trial.workspace)
    if role is None or not allows(role, Can.WRITE):
        return None
    return Seat(trial.person, trial.workspace, role, audit.Caller("worker"))


def _draft(row: Credential, new: NewSecret) -> Draft:
    return replace(draft_of(row), secret=new.secret, expires_on=new.expires_on)


def _own(trial: Trial | None, row: Credential) -> Trial | None:
    """The trial, if it tried a new secret for this credential."""
    return trial if trial and trial.replaces and trial.credential_id == row.pk else None
