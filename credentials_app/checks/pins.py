"""Which sign-in hosts a secret is pinned to, and what a look makes people be asked or told."""

from credentials_app import secrets
from credentials_app.models import Credential, Trial
from registry.evidence import Evidence, StepName
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from workspaces import audit

BEFORE_THE_LOGIN = frozenset({StepName.OFFLINE, StepName.PING, StepName.HINT})

REFUSALS = {
    Outcome.SEALED_MISMATCH: "credentials:secret:mismatch",
    Outcome.FORBIDDEN_ADDRESS: "credentials:address:refuse",
}


def pin(row: Credential | Trial, evidence: Evidence, verdict: Verdict) -> list[str]:
    """After a first look that went on to the login: seal who received it. Gives the columns."""
    went_on = any(each.name not in BEFORE_THE_LOGIN for each in evidence.steps)
    if verdict.asks is not None or not went_on:
        return []
    content = secrets.open_secret(row, reason=secrets.Reason.CHECK)
    if content.recipients is not None:
        return []
    secrets.seal(row, content.pinned_to(evidence.facts.recipients))
    return ["sealed"]


def note_refusal(row: Credential, verdict: Verdict) -> None:
    """Write down, once, that nothing was sent because of what the row or the address is."""
    action = REFUSALS.get(verdict.outcome)
    if action and row.last_outcome != verdict.outcome:
        details = {"server": row.server}
        audit.record(action, workspace=row.workspace, target=row, details=details)


def ask_about_sign_in(row: Credential, verdict: Verdict) -> list[str]:
    """Note the sign-in host that must be confirmed first; a conclusive look ends the question."""
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
