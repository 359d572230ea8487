"""What people do with credentials: add, edit, replace, delete, check now, pause, confirm.

Every deed takes the seat of the one who does it and is one transaction with its audit event.
Deeds write what is due into the row; the caller then rings
``tasks.check_credential.delay_on_commit(credential.pk)``.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.checks.apply import apply
from credentials_app.models import Credential, Trial
from credentials_app.selectors import locked
from credentials_app.services import columns
from credentials_app.services.actions import check_now, confirm_sign_in, pause_credential
from credentials_app.services.adoption import (
    Source,
    adopt_run,
    is_of,
    keep_pins,
    pins_of,
    source_of,
)
from credentials_app.services.draft import Draft
from credentials_app.services.errors import ChangedMeanwhile, NameTaken, OwnerNotHere, SecretNeeded
from credentials_app.services.reschedule import reschedule_one_sooner
from registry.secret import Secret
from workspaces import audit
from workspaces.rights.access import role_in
from workspaces.rights.seat import Seat

__all__ = [
    "add_credential",
    "check_now",
    "confirm_sign_in",
    "delete_credential",
    "draft_of",
    "edit_credential",
    "needs_secret",
    "pause_credential",
    "replace_secret",
]


def add_credential(seat: Seat, draft: Draft, *, trial: Trial | None = None) -> Credential:
    """Store a new credential and make it due; with a ``trial`` of the same login, adopt it.

    A draft without a secret takes the trial's. Raises NameTaken, SecretNeeded, HttpNotAllowed,
    OwnerNotHere.
    """
    with transaction.atomic():
        now = database_now()
        _refuse_outsider(seat, draft)
        row = columns.new_row(seat, draft, now)
        source = source_of(seat, draft, row, trial)
        secrets.seal(row, source.content)
        _save(row)
        _adopt(row, source, now)
        audit.record("credentials:credential:add", seat=seat, target=row, details=_told(row))
    return row


def needs_secret(credential: Credential, draft: Draft) -> bool:
    """Whether this draft changes who would receive the secret, so that it is demanded again."""
    stored = (credential.server, credential.username)
    return stored != (str(draft.server), draft.username)


def edit_credential(
    seat: Seat, credential: Credential, draft: Draft, *, trial: Trial | None = None
) -> Credential:
    """Store the draft. Without a secret the stored one stays, unless ``needs_secret``.

    Raises NameTaken, SecretNeeded, HttpNotAllowed, OwnerNotHere, ChangedMeanwhile,
    Credential.DoesNotExist.
    """
    with transaction.atomic():
        row = locked(seat, credential)
        if draft.seen not in (None, columns.version_of(row)):
            raise ChangedMeanwhile(row)
        if _brings_secret(seat, draft, trial):
            return _replace(seat, row, draft, trial)
        if needs_secret(row, draft):
            raise SecretNeeded
        now, changed = database_now(), columns.differences(row, draft)
        if "owner" in changed:
            _refuse_outsider(seat, draft)
        columns.fill(row, draft)
        touched = columns.mark_changed(row, seat, now)
        if columns.WHAT_IS_CHECKED & set(changed):
            touched += columns.check_again(row, now)
        if keep_pins(seat, row, draft, trial):
            touched += ["sealed", "asks", *columns.trust(row, now)]
        _save(row, [*columns.PEOPLES, *touched])
        if "check_every" in changed:
            reschedule_one_sooner(row, now=now)
        audit.record(
            "credentials:credential:edit", seat=seat, target=row, details={"fields": changed}
        )
    return row


def replace_secret(seat: Seat, credential: Credential, secret: Secret) -> Credential:
    """Put another secret in the place of the stored one and make it due."""
    return edit_credential(seat, credential, replace(draft_of(credential), secret=secret))


def draft_of(credential: Credential) -> Draft:
    """The stored values as a draft that keeps the secret."""
    values = {column: getattr(credential, column) for column in columns.PEOPLES}
    return Draft(**{**values, "server": credential.origin})


def delete_credential(seat: Seat, credential: Credential) -> None:
    """Remove it with its runs and changes; the audit log keeps its name."""
    with transaction.atomic():
        row = locked(seat, credential)
        audit.record("credentials:credential:delete", seat=seat, target=row, details=_told(row))
        row.delete()


def _replace(seat: Seat, row: Credential, draft: Draft, trial: Trial | None) -> Credential:
    now, changed = database_now(), columns.differences(row, draft)
    if "owner" in changed:
        _refuse_outsider(seat, draft)
    inherited = None if "server" in changed else pins_of(seat, row)
    columns.fill(row, draft)
    source = source_of(seat, draft, row, trial)
    content = source.content
    if content.recipients is None:
        content = content.pinned_to(inherited)
    secrets.seal(row, content)
    touched = columns.mark_changed(row, seat, now) + columns.start_over(row, seat, now)
    _save(row, ["sealed", *columns.PEOPLES, *touched])
    _adopt(row, source, now)
    details = {"fields": [*changed, "secret"], "server": row.server}
    audit.record("credentials:credential:replace", seat=seat, target=row, details=details)
    return row


def _brings_secret(seat: Seat, draft: Draft, trial: Trial | None) -> bool:
    if draft.secret is not None:
        return True
    return trial is not None and not trial.keeps_secret and is_of(trial, seat, draft)


def _refuse_outsider(seat: Seat, draft: Draft) -> None:
    if draft.owner is not None and role_in(draft.owner, seat.workspace) is None:
        raise OwnerNotHere


def _save(row: Credential, touched: list[str] | None = None) -> None:
    """Save, and say so when the name is taken: the database decides between two adds."""
    try:
        with transaction.atomic():
            row.save(update_fields=touched)
    except IntegrityError:
        taken = Credential.objects.filter(workspace=row.workspace_id, name__iexact=row.name)
        if taken.exclude(pk=row.pk).exists():
            raise NameTaken from None
        raise


def _adopt(row: Credential, source: Source, now: datetime) -> None:
    """Let a trial's look count, and let the trial go."""
    if source.trial is None:
        return
    adopted = adopt_run(row, source.trial)
    if adopted is not None:
        result, run = adopted
        apply(row, result, now=now, run=run)
    Trial.objects.filter(pk=source.trial.pk).delete()


def _told(row: Credential) -> dict[str, str]:
    need = "pull and push" if row.push else "pull"
    return {"provider": row.provider, "server": row.server, "need": need}
