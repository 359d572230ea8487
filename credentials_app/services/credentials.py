"""Actions on the values of credentials: add, edit, store a new secret.

Each action takes the seat of the person and is one transaction with its audit event. An action
makes the row due; the caller then enqueues
``tasks.check_credential.delay_on_commit(credential.pk)``.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.models import Credential, Trial, tags_of
from credentials_app.secrets import opens_secrets
from credentials_app.selectors import locked, locked_place
from credentials_app.services import columns
from credentials_app.services.draft import Draft
from credentials_app.services.errors import ChangedMeanwhile, NameTaken, OwnerNotHere, SecretNeeded
from credentials_app.services.first_run import adopt_result
from credentials_app.services.former_secrets import (
    forget_former_secrets,
    former_secret_from,
    keep,
)
from credentials_app.services.limits import may_ask_now, refuse_above_the_cap
from credentials_app.services.reschedule import reschedule_one_sooner
from credentials_app.services.secret_source import (
    adopt_pins,
    inherited_pins,
    is_of_draft,
    secret_for,
    stored_content,
)
from credentials_app.services.tags import (
    change_tags,
    checked_names,
    refuse_too_many,
    store_tags,
)
from workspaces import audit
from workspaces.rights.access import role_in
from workspaces.rights.seat import Seat

A_MOMENT = timedelta(microseconds=1)
"""The status of a new secret comes after its replacement in the history."""


@opens_secrets
def add_credential(seat: Seat, draft: Draft, *, trial: Trial | None = None) -> Credential:
    """Store a new credential and make it due; with a ``trial`` of the same login, adopt it.

    A draft without a secret takes the trial's. It counts as a check that a person asks for; past
    that limit the credential is stored, and is due in its turn. Raises NameTaken, SecretNeeded,
    HttpNotAllowed, OwnerNotHere, TokenInPlainField, TooManyCredentials, TagsRefused,
    ArchivedMeanwhile.
    """
    draft.refuse_tokens()
    with transaction.atomic():
        locked_place(seat.workspace)
        now = database_now()
        _refuse_outsider(seat, draft)
        refuse_above_the_cap(seat.workspace)
        row = columns.new_row(seat, draft, now)
        source = secret_for(seat, draft, row, trial)
        secrets.seal(row, source.content)
        if source.trial is None:
            count_as_asked(seat, row)
        save_row(row)
        if source.trial is not None:
            adopt_result(row, source.trial, now=now)
        store_tags(row, _tags(seat, draft))
        details = {**credential_details(row), **({"tags": tags_of(row)} if draft.tags else {})}
        audit.record("credentials:credential:add", seat=seat, target=row, details=details)
    return row


def needs_secret(credential: Credential, draft: Draft) -> bool:
    """True if the draft changes the recipients of the secret, so that it must be entered again."""
    stored = (credential.server, credential.username)
    return stored != (str(draft.server), draft.username)


@opens_secrets
def edit_credential(
    seat: Seat, credential: Credential, draft: Draft, *, trial: Trial | None = None
) -> Credential:
    """Store the draft. Without a secret in it the stored one stays, unless ``needs_secret``.

    Raises NameTaken, SecretNeeded, HttpNotAllowed, OwnerNotHere, ChangedMeanwhile,
    TokenInPlainField, TagsRefused, Credential.DoesNotExist.
    """
    draft.refuse_tokens()
    with transaction.atomic(), audit.together():
        if draft.tags:
            locked_place(seat.workspace)
        row = locked(seat, credential)
        if draft.seen not in (None, columns.version_of(row)):
            raise ChangedMeanwhile(row)
        is_tagged = draft.tags is not None and change_tags(seat, row, _tags(seat, draft))
        if _has_new_secret(seat, draft, trial):
            return store_new_secret(seat, row, draft, trial)
        if needs_secret(row, draft):
            raise SecretNeeded
        now, changed = database_now(), columns.differences(row, draft)
        if "owner" in changed:
            _refuse_outsider(seat, draft)
        columns.fill(row, draft)
        touched = columns.mark_changed(row, seat, now)
        if columns.CHECKED_COLUMNS & set(changed):
            touched += columns.mark_unverified(row, now)
        if adopt_pins(seat, row, draft, trial):
            touched += ["sealed", "asks", *columns.mark_confirmed(row, now)]
        if "asked_at" in touched:
            count_as_asked(seat, row)
        save_row(row, [*columns.DRAFT_COLUMNS, *touched])
        if "check_every" in changed:
            reschedule_one_sooner(row, now=now)
        if changed or not is_tagged:
            details = {"fields": changed}
            audit.record("credentials:credential:edit", seat=seat, target=row, details=details)
    return row


def draft_of(credential: Credential) -> Draft:
    """The stored values as a draft that keeps the secret."""
    values = {column: getattr(credential, column) for column in columns.DRAFT_COLUMNS}
    return Draft(**{**values, "server": credential.origin})


def credential_details(row: Credential) -> dict[str, str]:
    """What the audit log says of a credential that comes or goes."""
    need = "pull and push" if row.push else "pull"
    return {"provider": row.provider, "server": row.server, "need": need}


def store_new_secret(
    seat: Seat, row: Credential, draft: Draft, trial: Trial | None, *, leaked: bool = False
) -> Credential:
    """Store the draft with its secret, or the trial's, in a locked row.

    With the result of a trial of this login the row has its status at once; otherwise it is due.
    The old secret becomes a former one if the recipients stay; ``leaked``: no copy of any is kept.
    Raises as :func:`edit_credential`.
    """
    now, changed = database_now(), columns.differences(row, draft)
    if "owner" in changed:
        _refuse_outsider(seat, draft)
    stored = stored_content(seat, row)
    pins = None if "server" in changed else inherited_pins(row, stored)
    former = None if needs_secret(row, draft) else former_secret_from(seat, row, stored, now)
    columns.fill(row, draft)
    source = secret_for(seat, draft, row, trial)
    needs_pins = source.content.recipients is None
    touched = columns.mark_changed(row, seat, now) + columns.mark_replaced(row, seat, now)
    secrets.seal(row, source.content.pinned_to(pins) if needs_pins else source.content)
    if source.trial is None:
        count_as_asked(seat, row)
    save_row(row, ["sealed", *columns.DRAFT_COLUMNS, *touched])
    if source.trial is not None:
        adopt_result(row, source.trial, now=now + A_MOMENT)
    if leaked:
        forget_former_secrets(row)
    elif former is not None:
        keep(former)
    outcome = source.trial.outcome if source.trial else "not tried"
    details = {"fields": [*changed, "secret"], "server": row.server, "outcome": outcome}
    details |= {"reason": "leaked"} if leaked else {}
    audit.record("credentials:credential:replace", seat=seat, target=row, details=details)
    return row


def count_as_asked(seat: Seat, row: Credential) -> None:
    """Nobody waits for this check if the person has asked for too many."""
    if row.asked_at is not None and not may_ask_now(seat):
        row.asked_at = None


def _has_new_secret(seat: Seat, draft: Draft, trial: Trial | None) -> bool:
    if draft.secret is not None:
        return True
    return trial is not None and not trial.keeps_secret and is_of_draft(trial, seat, draft)


def _tags(seat: Seat, draft: Draft) -> tuple[str, ...]:
    """The names of the draft's tags. Raises TagsRefused."""
    names = checked_names(draft.tags or ())
    refuse_too_many(seat.workspace, names)
    return names


def _refuse_outsider(seat: Seat, draft: Draft) -> None:
    if draft.owner is not None and role_in(draft.owner, seat.workspace) is None:
        raise OwnerNotHere


def save_row(row: Credential, touched: list[str] | None = None) -> None:
    """Save. Raises NameTaken: the database decides between two people who save at once."""
    try:
        with transaction.atomic():
            row.save(update_fields=touched)
    except IntegrityError:
        same_name = Credential.objects.filter(workspace=row.workspace_id, name__iexact=row.name)
        if same_name.exclude(pk=row.pk).exists():
            raise NameTaken from None
        raise
