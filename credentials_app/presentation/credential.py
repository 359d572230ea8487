"""Ready values for pages: what a credential looks like to a reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.expiry import Expiry, expiry_of
from credentials_app.models import Credential
from credentials_app.presentation.badge import Badge, badge
from credentials_app.presentation.messages import text_of
from credentials_app.serialization import load_verdict
from credentials_app.status import (
    CHECKING,
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_FOR_OUTCOME,
    STATUS_LABELS,
    StatusLabel,
)
from registry.addresses.origins import Origin
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from registry.providers import GENERIC, PROVIDERS
from registry.providers.provider import Provider
from registry.verdicts.verdict import Verdict
from registry.words.durations import duration_in_words

SOURCES: dict[ExpirySource, Promise] = {
    ExpirySource.PROVIDER: _("told by the provider"),
    ExpirySource.SECRET: _("read from the token itself"),
    ExpirySource.TYPED: _("typed in"),
    ExpirySource.BY_DESIGN: _("such tokens always end"),
    ExpirySource.UNKNOWN: _("nobody told; type it in when you know it"),
}


@dataclass(frozen=True)
class NeedTag:
    """One right that is needed, and whether it is held: a tone, an icon and a word."""

    name: str
    tone: str
    icon: str
    word: str | Promise


def _held(name: str) -> NeedTag:
    return NeedTag(name, "held", "check", _("held"))


def _missing(name: str) -> NeedTag:
    return NeedTag(name, "missing", "x", _("missing"))


def _unseen(name: str) -> NeedTag:
    return NeedTag(name, "unseen", "circle-question-mark", _("could not be seen"))


@dataclass(frozen=True)
class CredentialView:
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
    def is_in_the_clear(self) -> bool:
        """Whether the password travels unencrypted, as a rule of the workspace allows."""
        return not self.row.origin.is_https

    @property
    def could_not_look(self) -> bool:
        """Whether the last look decided nothing and there is no question that explains it."""
        return bool(self.verdict and not self.verdict.outcome.is_conclusive and not self.asks)

    @property
    def cause(self) -> str:
        """Why the status is what it is; empty where the last look was about something else."""
        if self.verdict is None or not self._decides(self.verdict):
            return ""
        return text_of(self.verdict.message)

    @property
    def steps(self) -> list[str]:
        """What to do next."""
        told = self.verdict.advice if self.verdict and self._decides(self.verdict) else ()
        own = [] if told and self.badge.sign is not EXPIRING else [str(self.badge.sign.next_step)]
        return own + [text_of(each) for each in told]

    def _decides(self, verdict: Verdict) -> bool:
        sign = self.badge.sign
        return label_of(verdict.outcome) is sign or (
            sign is EXPIRING and verdict.outcome is Outcome.VALID
        )

    @property
    def held(self) -> tuple[str, ...] | None:
        """What it may do, as far as anybody could see."""
        return self.verdict.held if self.verdict else None

    @property
    def excess(self) -> tuple[str, ...]:
        """What it may do and need not."""
        return self.verdict.excess if self.verdict else ()

    @property
    def token_life(self) -> str:
        """How long a token of its sign-in lives; empty where nobody tells."""
        seconds = (self.verdict and self.verdict.token_lifetime_s) or 0
        return duration_in_words(timedelta(seconds=seconds)) if seconds > 0 else ""

    @property
    def dies_by_design(self) -> bool:
        """Whether it always ends soon, without a date."""
        return self.expiry.source is ExpirySource.BY_DESIGN and self.expiry.at is None

    @property
    def needed(self) -> tuple[NeedTag, ...]:
        """What is needed, each with whether it is held, as far as anybody could see."""
        if self.verdict is None:
            return ()
        verdict = self.verdict
        if verdict.held is None and not verdict.missing:
            return tuple(_unseen(name) for name in verdict.needed)
        gone = set(verdict.missing)
        return tuple(_missing(n) if n in gone else _held(n) for n in verdict.needed)


def credential_view(row: Credential, now: datetime) -> CredentialView:
    """A credential for readers."""
    verdict = load_verdict(row.verdict)
    return CredentialView(
        row=row,
        badge=badge(row, now),
        provider=_provider(verdict.provider if verdict else row.provider),
        server=row.origin.display,
        expiry=expiry_of(row),
        verdict=verdict,
        asks=Origin.parse(row.asks) if row.asks else None,
    )


def label_of(outcome: str) -> StatusLabel:
    """The sign of what one look showed."""
    belief = STATUS_FOR_OUTCOME.get(Outcome(outcome))
    return STATUS_LABELS[belief] if belief else COULD_NOT_CHECK


def polls_every(badges: Iterable[Badge]) -> str:
    """How soon a page should ask again, as htmx reads it; empty for not at all."""
    notes = {each.note for each in badges if each.is_moving}
    if CHECKING in notes:
        return "2s"
    return "15s" if notes else ""


def _provider(slug: str) -> Provider:
    return next((provider for provider in PROVIDERS if provider.slug == slug), GENERIC)
