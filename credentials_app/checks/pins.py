"""Pins the recipients of a secret, and notes what a person must confirm or be warned of."""

from credentials_app import secrets
from credentials_app.checks.result import Pinned
from credentials_app.models import Credential, Trial
from credentials_app.secrets import SealedContent
from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from workspaces import audit

BEFORE_THE_LOGIN = frozenset({StepName.OFFLINE, StepName.PING, StepName.HINT})

REFUSALS = {
    Outcome.SEALED_MISMATCH: "credentials:secret:mismatch",
    Outcome.FORBIDDEN_ADDRESS: "credentials:address:refuse",
}


def pin(
    row: Credential | Trial, content: SealedContent, evidence: Evidence, verdict: Verdict
) -> Pinned | None:
    """After a first check that sent the login: seal its recipients. None: nothing to pin."""
    sent = any(step.name not in BEFORE_THE_LOGIN for step in evidence.steps)
    if content.recipients is not None or verdict.asks is not None or not sent:
        return None
    sealed = secrets.sealed_for(row, content.pinned_to(evidence.facts.recipients))
    return Pinned(opened=row.sealed, sealed=sealed)


def note_questions(row: Credential, verdict: Verdict) -> list[str]:
    """Note what a person must confirm or be warned of. Returns the changed columns."""
    _note_refusal(row, verdict)
    return _ask_about_sign_in(row, verdict)


def _note_refusal(row: Credential, verdict: Verdict) -> None:
    """Write an audit event, once, if the row or its address forbade to send anything."""
    action = REFUSALS.get(verdict.outcome)
    if action and row.last_outcome != verdict.outcome:
        details = {"server": row.server}
        audit.record(action, workspace=row.workspace, target=row, details=details)


def _ask_about_sign_in(row: Credential, verdict: Verdict) -> list[str]:
    """Note the sign-in host that a person must confirm; a conclusive check removes the question."""
    asks = str(verdict.asks) if verdict.asks else ""
    if asks == row.asks or (not asks and not verdict.outcome.is_conclusive):
        return []
    if verdict.outcome is Outcome.DISTRUSTED_REALM:
        audit.record(
            "credentials:sign_in:distrust",
            workspace=row.workspace,
            target=row,
            details={"sign_in_host": asks},
        )
    row.asks = asks
    return ["asks"]
