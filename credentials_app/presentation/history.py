"""Check runs, status changes and trials as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials_app.checks.refusals import REMEMBERED
from credentials_app.models import CheckRun, Credential, StatusChange, Trial
from credentials_app.pacing.rules import is_refused
from credentials_app.presentation.badge import Badge, badge, remark_of_verdict
from credentials_app.presentation.credential import label_of, was_refused_before
from credentials_app.presentation.messages import CHANGES, text_of
from credentials_app.presentation.trail import StepView, trail_view
from credentials_app.presentation.waits import WaitView, wait_view
from credentials_app.serialization import load_trail, load_verdict
from credentials_app.status import STATUS_LABELS, Status, StatusLabel
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.verdicts.verdict import Verdict


@dataclass(frozen=True)
class CheckView:
    """A check run."""

    run: CheckRun
    label: StatusLabel
    verdict: Verdict | None

    @property
    def remark(self) -> StatusLabel | None:
        """What is said beside its outcome."""
        return remark_of_verdict(self.verdict)

    @property
    def cause(self) -> str:
        """The verdict's reason in a sentence."""
        return text_of(self.verdict.message) if self.verdict else ""

    @property
    def trail(self) -> tuple[StepView, ...]:
        """The steps in the run's evidence."""
        return _trail(self.run.evidence, self.verdict)

    @property
    def recipients(self) -> list[str]:
        """The hosts, other than the registry, that the check sent the login to."""
        origins = (self.run.evidence or {}).get("recipients", [])
        return [Origin.parse(text).display for text in origins]


@dataclass(frozen=True)
class ChangeView:
    """A status change."""

    change: StatusChange
    old: StatusLabel
    new: StatusLabel
    why: str


def check_views(runs: Iterable[CheckRun]) -> list[CheckView]:
    return [CheckView(run, label_of(run.outcome), load_verdict(run.verdict)) for run in runs]


def change_views(changes: Iterable[StatusChange]) -> list[ChangeView]:
    return [
        ChangeView(
            change,
            STATUS_LABELS[Status(change.old)],
            STATUS_LABELS[Status(change.new)],
            CHANGES.get(change.why, ""),
        )
        for change in changes
    ]


@dataclass(frozen=True)
class TrialView:
    """A trial, in the panel of the form."""

    row: Trial
    badge: Badge
    verdict: Verdict | None
    trail: tuple[StepView, ...]
    asks: Origin | None
    wait: WaitView | None = None

    @property
    def was_refused_before(self) -> bool:
        """True if it sent nothing, because the login had been refused before."""
        return was_refused_before(self.verdict)


def is_remembered(row: Credential, run: CheckRun | None, now: datetime) -> bool:
    """True if the registry refused the stored login at its last check, within 24 hours: a check
    that a person asks for then sends nothing, unless they say so."""
    if run is None or run.secret_version != row.secret_version:
        return False
    if run.started_at <= now - REMEMBERED:
        return False
    verdict = load_verdict(run.verdict)
    return verdict is not None and is_refused(Evidence(load_trail(run.evidence)), verdict)


def trial_view(trial: Trial, now: datetime) -> TrialView:
    verdict = load_verdict(trial.verdict) if trial.outcome else None
    return TrialView(
        trial,
        badge(trial, now),
        verdict,
        _trail(trial.evidence, verdict) if trial.outcome else (),
        Origin.parse(trial.asks) if trial.asks else None,
        wait_view(trial, now),
    )


def _trail(evidence: Mapping[str, Any] | None, verdict: Verdict | None) -> tuple[StepView, ...]:
    return trail_view(load_trail(evidence), verdict.provider if verdict else "")
