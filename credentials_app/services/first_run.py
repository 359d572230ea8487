"""A trial's result becomes the first check run of the credential that is saved after it."""

from datetime import datetime

from credentials_app.checks.apply import apply
from credentials_app.checks.result import CheckResult
from credentials_app.models import CheckRun, Credential, Trial
from credentials_app.serialization import load_verdict
from credentials_app.services.draft import Draft
from registry.evidence import Evidence


def has_result_for(trial: Trial, draft: Draft) -> bool:
    """True if the trial has ended and checked what the draft is needed for."""
    checked = (trial.provider, trial.push, trial.repository, trial.expires_on)
    needed = (draft.provider, draft.push, draft.repository, draft.expires_on)
    return bool(trial.outcome) and checked == needed


def adopt_result(row: Credential, trial: Trial, *, now: datetime) -> None:
    """Apply the trial's result to the credential, and delete the trial."""
    verdict = load_verdict(trial.verdict)
    if verdict is not None and trial.checked_at is not None:
        run = _first_run(row, trial, trial.checked_at)
        result = CheckResult(trial.checked_at, trial.took_ms, Evidence(), verdict)
        apply(row, result, now=now, run=run)
    Trial.objects.filter(pk=trial.pk).delete()


def _first_run(row: Credential, trial: Trial, checked_at: datetime) -> CheckRun:
    return CheckRun.objects.create(
        credential=row,
        started_at=checked_at,
        took_ms=trial.took_ms,
        outcome=trial.outcome,
        verdict=trial.verdict,
        evidence=trial.evidence,
        secret_version=row.secret_version,
        asked=True,
    )
