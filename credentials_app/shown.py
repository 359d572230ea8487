"""Ready values for pages: what a row, a check or a change looks like to a reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.badges import Badge, badge
from credentials_app.expiry import Expiry, expiry_of
from credentials_app.kept import read_trail, read_verdict
from credentials_app.models import CheckRun, Credential, StatusChange, Trial
from credentials_app.status import (
    BELIEF,
    CHECKING,
    COULD_NOT_CHECK,
    SIGNS,
    Sign,
    Status,
)
from credentials_app.words import CHANGES
from registry.address import Origin
from registry.evidence import ExpirySource, Step
from registry.outcome import Outcome
from registry.providers import GENERIC, PROVIDERS
from registry.providers.profile import Provider
from registry.verdict import Verdict

SOURCES: dict[ExpirySource, Promise] = {
    ExpirySource.PROVIDER: _("told by the provider"),
    ExpirySource.SECRET: _("read from the token itself"),
    ExpirySource.TYPED: _("typed in"),
    ExpirySource.BY_DESIGN: _("such tokens always end"),
    ExpirySource.UNKNOWN: _("nobody told; type it in when you know it"),
}


@dataclass(frozen=True)
class Need:
    """One right that is needed or held, and whether it is there. ``tone`` names the tag."""

    name: str
    tone: str = ""


@dataclass(frozen=True)
class Shown:
    """A credential as lists and its own page show it."""

    row: Credential
    badge: Badge
    provider: Provider
    server: str
    expiry: Expiry
    verdict: Verdict | None
    asks: Origin | None

    @property
    def expiry_source(self) -> Promise:
        """Who says when it ends."""
        return SOURCES[self.expiry.source]

    @property
    def held(self) -> tuple[str, ...] | None:
        """What it may do, as far as anybody could see."""
        return self.verdict.held if self.verdict else None

    @property
    def needed(self) -> tuple[Need, ...]:
        """What is needed, each with whether it is held; without a tone nobody knows."""
        if self.verdict is None:
            return ()
        seen = self.verdict.held is not None or bool(self.verdict.missing)
        missing = set(self.verdict.missing)
        return tuple(
            Need(name, ("missing" if name in missing else "held") if seen else "")
            for name in self.verdict.needed
        )


@dataclass(frozen=True)
class ShownRun:
    """One check in the history."""

    run: CheckRun
    sign: Sign
    verdict: Verdict | None

    @property
    def trail(self) -> tuple[Step, ...]:
        """Its steps; reads the evidence of the row."""
        return read_trail(self.run.evidence)

    @property
    def recipients(self) -> list[str]:
        """Who the login was sent to, besides the registry."""
        origins = (self.run.evidence or {}).get("recipients", [])
        return [Origin.parse(text).display for text in origins]


@dataclass(frozen=True)
class ShownChange:
    """One change of status in the history."""

    change: StatusChange
    old: Sign
    new: Sign
    why: str


def shown(row: Credential, now: datetime) -> Shown:
    """A credential for readers."""
    verdict = read_verdict(row.verdict)
    return Shown(
        row=row,
        badge=badge(row, now),
        provider=_provider(verdict.provider if verdict else row.provider),
        server=row.origin.display,
        expiry=expiry_of(row),
        verdict=verdict,
        asks=Origin.parse(row.asks) if row.asks else None,
    )


def shown_runs(runs: Iterable[CheckRun]) -> list[ShownRun]:
    """Checks for readers."""
    return [ShownRun(run, sign_of(run.outcome), read_verdict(run.verdict)) for run in runs]


def shown_changes(changes: Iterable[StatusChange]) -> list[ShownChange]:
    """Changes of status for readers."""
    return [
        ShownChange(
            change,
            SIGNS[Status(change.old)],
            SIGNS[Status(change.new)],
            CHANGES.get(change.why, ""),
        )
        for change in changes
    ]


@dataclass(frozen=True)
class ShownTrial:
    """A trial beside the form."""

    trial: Trial
    badge: Badge
    verdict: Verdict | None
    trail: tuple[Step, ...]
    asks: Origin | None


def shown_trial(trial: Trial | None, now: datetime) -> ShownTrial | None:
    """A trial for readers."""
    if trial is None:
        return None
    return ShownTrial(
        trial,
        badge(trial, now),
        read_verdict(trial.verdict) if trial.outcome else None,
        read_trail(trial.evidence) if trial.outcome else (),
        Origin.parse(trial.asks) if trial.asks else None,
    )


def sign_of(outcome: str) -> Sign:
    """The sign of what one look showed."""
    belief = BELIEF.get(Outcome(outcome))
    return SIGNS[belief] if belief else COULD_NOT_CHECK


def polls_every(badges: Iterable[Badge]) -> str:
    """How soon a page should ask again, as htmx reads it; empty for not at all."""
    notes = {each.note for each in badges if each.is_moving}
    if CHECKING in notes:
        return "2s"
    return "15s" if notes else ""


def _provider(slug: str) -> Provider:
    return next((provider for provider in PROVIDERS if provider.slug == slug), GENERIC)
