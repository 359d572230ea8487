"""Actions on trials: check a login before it is saved.

The caller enqueues ``tasks.check_trial.delay_on_commit(trial.pk)``.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.models import LIFETIME, Credential, Trial
from credentials_app.secrets import Reason, opens_secrets
from credentials_app.services.credentials import needs_secret
from credentials_app.services.draft import Draft
from credentials_app.services.errors import NothingToConfirm, SecretNeeded
from credentials_app.services.limits import count_request
from credentials_app.services.secret_source import is_of_draft, open_or_ask, secret_for
from registry.addresses.origins import Origin
from workspaces import audit
from workspaces.rights.seat import Seat


def start_trial(
    seat: Seat,
    draft: Draft,
    *,
    credential: Credential | None = None,
    before: Trial | None = None,
    again: bool = False,
) -> Trial:
    """Seal the draft for ten minutes and make it due.

    A draft without a secret takes the one of ``before`` (an earlier trial of the same login) or of
    ``credential`` (the one that is edited). Raises SecretNeeded if there is none or its recipients
    would change, HttpNotAllowed, AskedTooOften, TokenInPlainField. ``again``: send it although it
    was refused today.
    """
    draft.refuse_tokens()
    count_request(seat)
    if before is not None and not is_of_draft(before, seat, draft):
        before = None
    return _start(seat, draft, credential=credential, before=before, again=again)


@opens_secrets
def _start(
    seat: Seat,
    draft: Draft,
    *,
    credential: Credential | None,
    before: Trial | None,
    again: bool,
) -> Trial:
    with transaction.atomic():
        row = new_trial(seat, draft, database_now())
        row.send_again = again
        if draft.secret is None and before is None and credential is not None:
            content = _stored_content(seat, draft, credential)
            _note_stored_secret(row, credential, credential.secret_version)
        else:
            if draft.secret is None and before is not None and before.keeps_secret:
                _note_stored_secret(row, before.credential, before.secret_version)
            content = secret_for(seat, draft, row, before).content
        add_trial(seat, row, content)
    return row


def add_trial(seat: Seat, row: Trial, content: secrets.SealedContent) -> None:
    """Seal the content into a new trial, and save it."""
    secrets.seal(row, content)
    row.save(force_insert=True)
    details = {"server": row.server, "provider": row.provider}
    audit.record("credentials:trial:start", seat=seat, target=row, details=details)


def find_trial(seat: Seat, pk: UUID) -> Trial | None:
    """The person's own trial in this workspace; None if there is none, or it is over."""
    own = Trial.objects.filter(workspace=seat.workspace, person=seat.user, pk=pk)
    return own.filter(started_at__gt=database_now() - LIFETIME).first()


@opens_secrets
def confirm_trial_sign_in(seat: Seat, trial: Trial, origin: Origin) -> Trial:
    """Pin the sign-in host that the trial asked about, and make the trial due again.

    Raises NothingToConfirm if the trial did not ask about ``origin``, SecretNeeded if the secret
    has a pin already.
    """
    with transaction.atomic():
        own = Trial.objects.select_for_update().filter(person=seat.user, workspace=seat.workspace)
        row = own.filter(pk=trial.pk).first()
        if row is None or row.asks != str(origin):
            raise NothingToConfirm
        content = open_or_ask(row, reason=Reason.CONFIRM, seat=seat)
        if content.recipients is not None:
            raise SecretNeeded
        secrets.seal(row, content.pinned_to(frozenset({origin})))
        row.next_check_at = row.asked_at = database_now()
        row.asks, row.outcome = "", ""
        row.save(update_fields=["sealed", "next_check_at", "asked_at", "asks", "outcome"])
        details = {"sign_in_host": str(origin), "server": row.server}
        audit.record("credentials:sign_in:confirm", seat=seat, target=row, details=details)
    return row


def new_trial(seat: Seat, draft: Draft, now: datetime) -> Trial:
    """A row with the values of the draft, due at once; it is not sealed yet."""
    return Trial(
        workspace=seat.workspace,
        person=seat.user,
        provider=draft.provider,
        server=str(draft.server),
        username=draft.username,
        push=draft.push,
        repository=draft.repository,
        expires_on=draft.expires_on,
        started_at=now,
        next_check_at=now,
        asked_at=now,
    )


def _note_stored_secret(row: Trial, credential: Credential | None, version: int) -> None:
    row.keeps_secret, row.credential, row.secret_version = True, credential, version


def _stored_content(seat: Seat, draft: Draft, credential: Credential) -> secrets.SealedContent:
    """The stored secret with its pins. Raises SecretNeeded if it is stored for other recipients."""
    if credential.workspace_id != seat.workspace.pk or needs_secret(credential, draft):
        raise SecretNeeded
    content = open_or_ask(credential, reason=Reason.TRY, seat=seat)
    if not secrets.fits(content, credential, secrets.rule_of(credential)):
        raise SecretNeeded
    return content


def delete_old_trials(*, now: datetime) -> None:
    """Delete trials that are over, with their sealed secrets."""
    Trial.objects.filter(started_at__lte=now - LIFETIME).delete()
