"""Which secret and pins are sealed for a draft: the draft's own, a trial's, or the stored ones."""

from dataclasses import dataclass

from django.utils import timezone

from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.models import Credential, Trial
from credentials_app.secrets import Reason, SealedContent
from credentials_app.services.draft import Draft
from credentials_app.services.errors import HttpNotAllowed, SecretNeeded
from credentials_app.services.first_run import has_result_for
from registry.addresses.origins import Origin
from registry.secret import Secret
from workspaces import audit
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class SecretSource:
    """The content to seal. ``trial``: the trial whose result is adopted with it."""

    content: SealedContent
    trial: Trial | None = None


def open_or_ask(row: Credential | Trial, *, reason: Reason, seat: Seat) -> SealedContent:
    """The sealed content of a row. Raises SecretNeeded if it cannot be opened."""
    try:
        return secrets.open_secret(row, reason=reason, seat=seat)
    except CannotOpen:
        raise SecretNeeded from None


def secret_for(
    seat: Seat, draft: Draft, row: Credential | Trial, trial: Trial | None
) -> SecretSource:
    """The secret of a draft for ``row``, whose columns hold the draft already.

    Raises SecretNeeded if there is none, or if the server's rule has changed since somebody typed
    it; HttpNotAllowed without a rule that allows http.
    """
    typed = draft.secret
    if trial is None or not is_of_draft(trial, seat, draft) or not _may_lend(trial, draft, row):
        if typed is None:
            raise SecretNeeded
        return SecretSource(_content(row, typed))
    tried_content = open_or_ask(trial, reason=Reason.ADOPT, seat=seat)
    if typed is not None and typed != tried_content.secret:
        return SecretSource(_content(row, typed))
    new_content = _content(row, tried_content.secret, tried_content.recipients)
    if new_content != tried_content and typed is None:
        raise SecretNeeded
    is_adopted = new_content == tried_content and has_result_for(trial, draft)
    return SecretSource(new_content, trial if is_adopted else None)


def is_of_draft(trial: Trial, seat: Seat, draft: Draft) -> bool:
    """True if this person tried the draft's login in this workspace less than ten minutes ago."""
    return (
        trial.person_id == seat.user.pk
        and trial.workspace_id == seat.workspace.pk
        and (trial.server, trial.username) == (str(draft.server), draft.username)
        and not trial.is_over(timezone.now())
    )


def stored_content(seat: Seat, row: Credential) -> SealedContent | None:
    """The stored secret that is about to be replaced; None if it cannot be opened."""
    try:
        return secrets.open_secret(row, reason=Reason.REPLACE, seat=seat)
    except CannotOpen:
        return None


def inherited_pins(row: Credential, stored: SealedContent | None) -> frozenset[Origin] | None:
    """The pins that a new secret for the same server inherits from the stored one.

    None while a sign-in host waits for confirmation, or if the stored secret cannot be opened.
    """
    return None if stored is None or row.asks else stored.recipients


def adopt_pins(seat: Seat, row: Credential, draft: Draft, trial: Trial | None) -> bool:
    """Seal into the row the sign-in host that its editor confirmed in a trial of the stored secret.

    Only a secret without pins takes them. True if the row took them; the caller saves it.
    """
    if trial is None or not _tried_stored_secret(trial, seat, row, draft):
        return False
    try:
        tried_content = secrets.open_secret(trial, reason=Reason.ADOPT, seat=seat)
        stored_content = secrets.open_secret(row, reason=Reason.ADOPT, seat=seat)
    except CannotOpen:
        return False
    pins = tried_content.recipients
    if stored_content.recipients is not None or pins is None:
        return False
    if tried_content != stored_content.pinned_to(pins):
        return False
    secrets.seal(row, tried_content)
    row.asks = ""
    details = {"sign_in_host": " ".join(sorted(str(pin) for pin in pins)), "server": row.server}
    audit.record("credentials:sign_in:confirm", seat=seat, target=row, details=details)
    return True


def _tried_stored_secret(trial: Trial, seat: Seat, row: Credential, draft: Draft) -> bool:
    return (
        trial.keeps_secret
        and (trial.credential_id, trial.secret_version) == (row.pk, row.secret_version)
        and is_of_draft(trial, seat, draft)
    )


def _may_lend(trial: Trial, draft: Draft, row: Credential | Trial) -> bool:
    """A stored secret may be tried again; it is not stored twice nor compared with a typed one."""
    return not trial.keeps_secret or (isinstance(row, Trial) and draft.secret is None)


def _content(
    row: Credential | Trial, secret: Secret, recipients: frozenset[Origin] | None = None
) -> SealedContent:
    content = secrets.content_for(row, secret, recipients)
    if not content.server.is_https and not content.http:
        raise HttpNotAllowed
    return content
