"""The history of a made-up credential: its checks one by one, by the product's own rules. Pure."""

import random
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from credentials_app.lifecycle import State, next_state
from credentials_app.models import CheckRun, Credential, StatusChange
from credentials_app.samples.answers import Place, evidence_of
from credentials_app.samples.catalog import Phase, Sample
from credentials_app.serialization import dump_evidence, dump_verdict
from credentials_app.status import STATUS_FOR_OUTCOME, Status, is_bad
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import Need
from registry.verdicts.verdict import Verdict, judge

OFTEN, DAILY, THINNED_AFTER = timedelta(hours=12), timedelta(days=1), timedelta(days=30)
"""Checks of more than 30 days ago are thinned to one a day, as by retention."""
FIRST_CHECK_AFTER = timedelta(seconds=4)


@dataclass
class SampleHistory:
    """A row with its checks and its status changes; nothing is saved.

    ``made_at``: when the sample is made. The same seed of ``dice`` gives the same history.
    """

    row: Credential
    sample: Sample
    made_at: datetime
    dice: random.Random
    runs: list[CheckRun] = field(default_factory=list)
    changes: list[StatusChange] = field(default_factory=list)
    state: State = field(default_factory=State)

    def live(self) -> None:
        """Go through the phases. The row gets what its checks lead to, and no next check."""
        phases = self.sample.life
        ends = [self.made_at - timedelta(days=each.since) for each in phases[1:]]
        for phase, until in zip(phases, [*ends, self.made_at][: len(phases)], strict=True):
            self._live_through(phase, until)
        for each in fields(State):
            setattr(self.row, each.name, getattr(self.state, each.name))

    def _live_through(self, phase: Phase, until: datetime) -> None:
        since = self.made_at - timedelta(days=phase.since)
        if phase.answer is None:
            self._change(Status.PAUSED, "paused", since)
            return
        if phase.replaced:
            self._replace(since)
        place, sample = _place_of(self.sample), self.sample
        evidence = evidence_of(phase.answer, place, sample.repository, self.made_at)
        at: datetime | None = since + FIRST_CHECK_AFTER
        while at is not None and at < until:
            at = self._check(evidence, at)

    def _check(self, evidence: Evidence, at: datetime) -> datetime | None:
        """One check at this time. Returns when the next one follows."""
        need, ends_on = Need(self.sample.push, self.sample.repository), self.row.expires_on
        verdict = judge(evidence, need, expires_on=ends_on, now=at)
        run = self._run(evidence, verdict, at)
        interval = DAILY if self.made_at - at > THINNED_AFTER else OFTEN
        after = next_state(
            self.state,
            verdict,
            at,
            asked=False,
            interval=interval,
            jitter=self.dice.uniform(0.95, 1.05),
        )
        old, self.state = self.state, after.state
        self._note(verdict, run)
        if after.status is not old.status:
            self.row.status_since = at
            self._note_change(old.status, after.status, verdict.outcome.value, at, run)
        return after.next_check_at

    def _run(self, evidence: Evidence, verdict: Verdict, at: datetime) -> CheckRun:
        took = sum(step.took_ms for step in evidence.steps)
        run = CheckRun(
            credential=self.row,
            started_at=at,
            took_ms=int(took * self.dice.uniform(1, 1.6)),
            outcome=verdict.outcome.value,
            verdict=dump_verdict(verdict),
            evidence=dump_evidence(evidence),
            secret_version=self.row.secret_version,
        )
        self.runs.append(run)
        return run

    def _note(self, verdict: Verdict, run: CheckRun) -> None:
        """Write what the check found into the columns beside its state."""
        self.row.verdict, self.row.last_checked_at = run.verdict, run.started_at
        status = STATUS_FOR_OUTCOME.get(verdict.outcome)
        if status is None:
            return
        self.row.last_conclusive_at = run.started_at
        if status is Status.VALID:
            self.row.last_good_at = run.started_at
        elif is_bad(status):
            self.row.last_bad_at = run.started_at

    def _replace(self, at: datetime) -> None:
        """A person stored a new secret."""
        self._change(Status.UNVERIFIED, "replaced", at)
        self.state = State()
        self.row.secret_version += 1
        self.row.secret_set_at = at

    def _change(self, new: Status, why: str, at: datetime) -> None:
        """A person changed the status."""
        old, self.row.status_since = self.state.status, at
        self.state = replace(self.state, status=new)
        self._note_change(old, new, why, at, None)

    def _note_change(
        self, old: Status, new: Status, why: str, at: datetime, run: CheckRun | None
    ) -> None:
        self.changes.append(
            StatusChange(credential=self.row, run=run, old=old, new=new, at=at, why=why)
        )


def _place_of(sample: Sample) -> Place:
    server = Origin.parse(f"https://{sample.server}")
    return Place(sample.provider, server, Origin.parse(f"https://{sample.realm or sample.server}"))
