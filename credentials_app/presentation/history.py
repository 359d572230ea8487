"""Ready values for pages: checks, changes of status and trials as a reader sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from credentials_app.models import CheckRun, StatusChange, Trial
from credentials_app.presentation.badge import Badge, badge
from credentials_app.presentation.credential import label_of
from credentials_app.presentation.messages import CHANGES, text_of
from credentials_app.serialization import load_trail, load_verdict
from credentials_app.status import STATUS_LABELS, Status, StatusLabel
from registry.addresses.origins import Origin
from registry.evidence import Step
from registry.verdicts.verdict import Verdict


@dataclass(frozen=True)
class CheckView:
    """One check in the history."""

    run: CheckRun
    sign: StatusLabel
    verdict: Verdict | None

    @property
    def cause(self) -> str:
        """What the look meant, in a sentence."""
        return text_of(self.verdict.message) if self.verdict else ""

    @property
    def trail(self) -> tuple[Step, ...]:
        """Its steps; reads the evidence of the row."""
        return load_trail(self.run.evidence)

    @property
    def recipients(self) -> list[str]:
        """Who the login was sent to, besides the registry."""
        origins = (self.run.evidence or {}).get("recipients", [])
        return [Origin.parse(text).display for text in origins]


@dataclass(frozen=True)
class ChangeView:
    """One change of status in the history."""

    change: StatusChange
    old: StatusLabel
    new: StatusLabel
    why: str


def check_views(runs: Iterable[CheckRun]) -> list[CheckView]:
    """Checks for readers."""
    return [CheckView(run, label_of(run.outcome), load_verdict(run.verdict)) for run in runs]


def change_views(changes: Iterable[StatusChange]) -> list[ChangeView]:
    """Changes of status for readers."""
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
    """A trial beside the form."""

    row: Trial
    badge: Badge
    verdict: Verdict | None
    trail: tuple[Step, ...]
    asks: Origin | None


def trial_view(trial: Trial | None, now: datetime) -> TrialView | None:
    """A trial for readers."""
    if trial is None:
        return None
    return TrialView(
        trial,
        badge(trial, now),
        load_verdict(trial.verdict) if trial.outcome else None,
        load_trail(trial.evidence) if trial.outcome else (),
        Origin.parse(trial.asks) if trial.asks else None,
    )
