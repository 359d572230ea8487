"""Actions on the checks of a credential: check now, pause, resume, confirm a sign-in host."""

from django.db import transaction

from common.clock import database_now
from credentials_app import secrets
from credentials_app.models import Credential
from credentials_app.secrets import Reason, opens_secrets
from credentials_app.selectors import locked
from credentials_app.services import columns
from credentials_app.services.errors import NothingToConfirm, SecretNeeded
from credentials_app.services.limits import count_request
from credentials_app.services.secret_source import open_or_ask
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.secret import Secret
from workspaces import audit
from workspaces.rights.seat import Seat


def check_now(seat: Seat, credential: Credential, *, again: bool = False) -> Credential:
    """Make it due at once, because a person asks for the check; a paused one is resumed.

    ``again``: send the login although it was refused today. Raises AskedTooOften.
    """
    count_request(seat, credential)
    with transaction.atomic():
        row = locked(seat, credential)
        row.send_again = again
        row.save(update_fields=["send_again", *columns.mark_resumed(row, database_now())])
        audit.record("credentials:credential:check", seat=seat, target=row)
    return row


def pause_credential(seat: Seat, credential: Credential) -> Credential:
    """Stop its checks until somebody resumes it, asks for a check, or replaces the secret.

    Does nothing if it is paused: its button is pressed twice, or in two tabs.
    """
    with transaction.atomic():
        row = locked(seat, credential)
        if row.status == Status.PAUSED:
            return row
        row.save(update_fields=columns.mark_paused(row, database_now()))
        audit.record("credentials:credential:pause", seat=seat, target=row)
    return row


def resume_credential(seat: Seat, credential: Credential) -> Credential:
    """Make a paused one due at once and continue its checks; does nothing if it is not paused.

    Counts as a check that a person asks for. Raises AskedTooOften.
    """
    if credential.status != Status.PAUSED:
        return credential
    count_request(seat, credential)
    with transaction.atomic():
        row = locked(seat, credential)
        if row.status != Status.PAUSED:
            return row
        row.save(update_fields=columns.mark_resumed(row, database_now()))
        audit.record("credentials:credential:resume", seat=seat, target=row)
    return row


@opens_secrets
def confirm_sign_in(
    seat: Seat, credential: Credential, origin: Origin, *, secret: Secret | None = None
) -> Credential:
    """Pin the sign-in host that the last check asked about, and make the credential due.

    The first pin needs no secret; a host that replaces a pinned one needs it (SecretNeeded).
    Raises NothingToConfirm if the last check did not ask about ``origin``.
    """
    with transaction.atomic():
        row, now = locked(seat, credential), database_now()
        if row.asks != str(origin):
            raise NothingToConfirm
        if secret is not None:
            kept, changed = secret, columns.mark_replaced(row, seat, now)
        else:
            kept, changed = _unpinned_secret(seat, row), columns.mark_confirmed(row, now)
        secrets.seal(row, secrets.content_for(row, kept, frozenset({origin})))
        row.asks = ""
        row.save(update_fields=["sealed", "asks", *changed])
        details = {"sign_in_host": str(origin), "server": row.server}
        audit.record("credentials:sign_in:confirm", seat=seat, target=row, details=details)
    return row


def _unpinned_secret(seat: Seat, row: Credential) -> Secret:
    """The stored secret, if it may get its first pin. Raises SecretNeeded."""
    stored = open_or_ask(row, reason=Reason.CONFIRM, seat=seat)
    if stored.recipients is not None or not secrets.fits(stored, row, secrets.rule_of(row)):
        raise SecretNeeded
    return stored.secret
