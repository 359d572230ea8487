"""Where the secret of a draft comes from: the draft, a trial of the same login, or the row."""

from dataclasses import dataclass

from django.utils import timezone

from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.checks.result import CheckResult
from credentials_app.models import CheckRun, Credential, Trial
from credentials_app.secrets import Reason, SealedContent
from credentials_app.serialization import load_verdict
from credentials_app.services.draft import Draft
from credentials_app.services.errors import HttpNotAllowed, SecretNeeded
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from workspaces import audit
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class Source:
    """The content to seal, and the finished trial whose result counts for it."""

    content: SealedContent
    trial: Trial | None = None


def source_of(seat: Seat, draft: Draft, row: Credential | Trial, trial: Trial | None) -> Source:
    """The secret of a draft for ``row``, whose columns hold the draft already.

    Raises SecretNeeded when there is none, or when the server's rule has changed since it was
    typed; HttpNotAllowed without a rule that allows http.
    """
    if trial is None or not is_of(trial, seat, draft) or not _may_lend(trial, draft, row):
        if draft.secret is None:
            raise SecretNeeded
        return Source(_content(row, SealedContent(draft.secret, row.username, row.origin)))
    tried = secrets.open_secret(trial, reason=Reason.ADOPT, seat=seat)
    if draft.secret is not None and draft.secret != tried.secret:
        return Source(_content(row, SealedContent(draft.secret, row.username, row.origin)))
    content = _content(row, tried)
    if content != tried and draft.secret is None:
        raise SecretNeeded
    counts = bool(trial.outcome) and content == tried and _same_need(trial, draft)
    return Source(content, trial if counts else None)


def is_of(trial: Trial, seat: Seat, draft: Draft) -> bool:
    """Whether this person tried this very login here, less than ten minutes ago."""
    return (
        trial.person_id == seat.user.pk
        and trial.workspace_id == seat.workspace.pk
        and (trial.server, trial.username) == (str(draft.server), draft.username)
        and not trial.is_over(timezone.now())
    )


def pins_of(seat: Seat, row: Credential) -> frozenset[Origin] | None:
    """The pins that another secret of the same server inherits; none when one is in question."""
    if row.asks:
        return None
    try:
        return secrets.open_secret(row, reason=Reason.REPLACE, seat=seat).recipients
    except CannotOpen:
        return None


def keep_pins(seat: Seat, row: Credential, draft: Draft, trial: Trial | None) -> bool:
    """Seal into the row the sign-in host that its editor confirmed while trying its own secret.

    Only a secret without pins takes them. Gives whether it did; saving is the caller's.
    """
    tried_it = (
        trial is not None
        and trial.keeps_secret
        and (trial.credential_id, trial.secret_version) == (row.pk, row.secret_version)
        and is_of(trial, seat, draft)
    )
    if trial is None or not tried_it:
        return False
    tried = secrets.open_secret(trial, reason=Reason.ADOPT, seat=seat)
    stored = secrets.open_secret(row, reason=Reason.ADOPT, seat=seat)
    if stored.recipients is not None or tried.recipients is None:
        return False
    if tried != stored.pinned_to(tried.recipients):
        return False
    secrets.seal(row, tried)
    row.asks = ""
    details = {
        "sign_in_host": " ".join(sorted(str(pin) for pin in tried.recipients)),
        "server": row.server,
    }
    audit.record("credentials:sign_in:confirm", seat=seat, target=row, details=details)
    return True


def adopt_run(row: Credential, trial: Trial) -> tuple[CheckResult, CheckRun] | None:
    """The trial's look as the credential's first one."""
    verdict = load_verdict(trial.verdict)
    if verdict is None or trial.checked_at is None:
        return None
    run = CheckRun.objects.create(
        credential=row,
        started_at=trial.checked_at,
        took_ms=trial.took_ms,
        outcome=trial.outcome,
        verdict=trial.verdict,
        evidence=trial.evidence,
        secret_version=row.secret_version,
        asked=True,
    )
    return CheckResult(trial.checked_at, trial.took_ms, Evidence(), verdict), run


def _may_lend(trial: Trial, draft: Draft, row: Credential | Trial) -> bool:
    """A stored secret may be tried again, but is not stored twice nor compared with a typed one."""
    return not trial.keeps_secret or (isinstance(row, Trial) and draft.secret is None)


def _content(row: Credential | Trial, content: SealedContent) -> SealedContent:
    fresh = secrets.content_for(row, content.secret, content.recipients)
    if not fresh.server.is_https and not fresh.http:
        raise HttpNotAllowed
    return fresh


def _same_need(trial: Trial, draft: Draft) -> bool:
    tried = (trial.provider, trial.push, trial.repository, trial.expires_on)
    return tried == (draft.provider, draft.push, draft.repository, draft.expires_on)
