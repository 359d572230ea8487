"""A credential as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.expiry import Expiry, expiry_of
from credentials_app.models import Credential
from credentials_app.presentation.badge import Badge, badge
from credentials_app.presentation.messages import text_of
from credentials_app.presentation.tags import TagViews, tag_views
from credentials_app.presentation.waits import WaitView, wait_view
from credentials_app.serialization import load_verdict
from credentials_app.status import (
    CHECKING,
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_FOR_OUTCOME,
    STATUS_LABELS,
    Status,
    StatusLabel,
    Tone,
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
    ExpirySource.UNKNOWN: _("nobody said it; type it in when you know it"),
}


NeedWords = tuple[str, str, str | Promise]


@dataclass(frozen=True)
class NeedTag:
    """A needed right; tone, icon and word say if the credential holds it."""

    name: str
    tone: str
    icon: str
    word: str | Promise = field(hash=False)


HELD: NeedWords = ("held", "check", _("held"))
MISSING: NeedWords = ("missing", "x", _("missing"))
UNSEEN: NeedWords = ("unseen", "circle-question-mark", _("could not be seen"))


def _words(name: str, missing: frozenset[str], unseen: frozenset[str]) -> NeedWords:
    if name in missing:
        return MISSING
    return UNSEEN if name in unseen else HELD


def was_refused_before(verdict: Verdict | None) -> bool:
    """True if this check sent nothing, because the login had been refused before."""
    return verdict is not None and verdict.message.key == "cause_refused_before"


class FirstAct(StrEnum):
    """The act that helps most: the main button of its page."""

    CHECK = "check"  # also after a right was granted at the provider
    REPLACE = "replace"
    EDIT = "edit"


def first_act(label: StatusLabel, verdict: Verdict | None, provider: Provider) -> FirstAct:
    """Return the act for a status, with the verdict that explains it (None: it is not known)."""
    if label is STATUS_LABELS[Status.WRONG_SERVER]:
        return FirstAct.EDIT
    if label is not EXPIRING and label.tone is not Tone.BAD:
        return FirstAct.CHECK
    if verdict is not None and provider.blames_username(verdict.message.key):
        return FirstAct.EDIT
    if label is STATUS_LABELS[Status.MISSING_SCOPE] and provider.adds_rights_later:
        return FirstAct.CHECK
    return FirstAct.REPLACE


@dataclass(frozen=True)
class CredentialView:
    """A credential as a list and its own page show it."""

    row: Credential
    badge: Badge
    provider: Provider
    origin: Origin
    expiry: Expiry
    verdict: Verdict | None
    asks: Origin | None
    now: datetime

    @property
    def server(self) -> str:
        """The registry server as people read it."""
        return self.origin.display

    @cached_property
    def wait(self) -> WaitView | None:
        """The wait of its check. It may read how many logins failed: not for a list."""
        return wait_view(self.row, self.now)

    @cached_property
    def tags(self) -> TagViews:
        """Its tags; without ``selectors.with_tags`` they cost a query: not for a list."""
        return tag_views(self.row)

    @property
    def since(self) -> datetime:
        """Since when it has the status that is shown; what ended by itself, since its end."""
        has_ended = self.row.status == Status.VALID and self.badge.label.tone is Tone.BAD
        return self.expiry.at if has_ended and self.expiry.at else self.row.status_since

    @property
    def expiry_source(self) -> Promise:
        """Where the end date comes from."""
        return SOURCES[self.expiry.source]

    @property
    def is_in_the_clear(self) -> bool:
        """True if the password travels unencrypted, which a rule of the workspace allows."""
        return not self.origin.is_https

    @property
    def could_not_check(self) -> bool:
        """True if the last check was inconclusive and no sign-in host waits for a confirmation."""
        return bool(self.verdict and not self.verdict.outcome.is_conclusive and not self.asks)

    @property
    def first_act(self) -> FirstAct:
        """What to do first: check it, replace its secret, or edit its server or user name."""
        verdict = self.verdict if self.verdict and self._explains(self.verdict) else None
        return first_act(self.badge.label, verdict, self.provider)

    @property
    def wants_check(self) -> bool:
        """True if nothing comes before a check."""
        return self.first_act is FirstAct.CHECK

    @property
    def wants_new_secret(self) -> bool:
        """True if a new secret is the first thing to do."""
        return self.first_act is FirstAct.REPLACE

    @property
    def wants_edit(self) -> bool:
        """True if its server or user name is at fault."""
        return self.first_act is FirstAct.EDIT

    @property
    def would_see_more(self) -> bool:
        """True if the login works and its rights would be seen with a repository."""
        works = self.verdict is not None and self.verdict.outcome is Outcome.VALID
        return works and not self.row.repository

    @property
    def was_refused_before(self) -> bool:
        """True if the last check sent nothing, because the login had been refused before."""
        return was_refused_before(self.verdict)

    @property
    def cause(self) -> str:
        """The reason of the status; empty if the last check decided another one."""
        if self.verdict is None or not self._explains(self.verdict):
            return ""
        return text_of(self.verdict.message)

    @property
    def steps(self) -> list[str]:
        """What to do next; what waits is not to be checked now."""
        advice = self.verdict.advice if self.verdict and self._explains(self.verdict) else ()
        label = self.badge.label
        said = self.badge.remark if self.badge.remark and label is not EXPIRING else label
        own = [] if advice and label is not EXPIRING else [str(said.next_step)]
        if label.key == Status.UNVERIFIED and self.badge.wait:
            own = []
        return own + [text_of(each) for each in advice]

    def _explains(self, verdict: Verdict) -> bool:
        label = self.badge.label
        return label_of(verdict.outcome) is label or (
            label is EXPIRING and verdict.outcome is Outcome.VALID
        )

    @property
    def held(self) -> tuple[str, ...] | None:
        """The rights that the last check saw; None if it could not see any."""
        return self.verdict.held if self.verdict else None

    @property
    def lacks(self) -> tuple[str, ...]:
        """The needed rights that the last check missed, if that is the reason of the status."""
        return self.verdict.missing if self.verdict and self._explains(self.verdict) else ()

    @property
    def excess(self) -> tuple[str, ...]:
        """The rights that it holds and does not need."""
        return self.verdict.excess if self.verdict else ()

    @property
    def token_life(self) -> str:
        """The lifetime of a sign-in token; empty if the registry does not say it."""
        seconds = (self.verdict and self.verdict.token_lifetime_s) or 0
        return duration_in_words(timedelta(seconds=seconds)) if seconds > 0 else ""

    @property
    def ends_by_design(self) -> bool:
        """True if it is of a kind that always ends soon, at an unknown time."""
        return self.expiry.source is ExpirySource.BY_DESIGN and self.expiry.at is None

    @property
    def needed(self) -> tuple[NeedTag, ...]:
        """The needed rights, each with what the last check saw of it."""
        if self.verdict is None:
            return ()
        verdict = self.verdict
        if verdict.held is None and not verdict.missing:
            return tuple(NeedTag(name, *UNSEEN) for name in verdict.needed)
        unseen = frozenset[str]()
        if verdict.push_not_proved:
            unseen = frozenset(self.provider.least_scopes(frozenset({"push"})))
        unseen -= set(verdict.held or ())
        missing = frozenset(verdict.missing)
        return tuple(NeedTag(name, *_words(name, missing, unseen)) for name in verdict.needed)


def credential_view(row: Credential, now: datetime) -> CredentialView:
    verdict = load_verdict(row.verdict)
    return CredentialView(
        row=row,
        badge=badge(row, now),
        provider=provider_of(verdict.provider if verdict else row.provider),
        origin=row.origin,
        expiry=expiry_of(row),
        verdict=verdict,
        asks=Origin.parse(row.asks) if row.asks else None,
        now=now,
    )


def label_of(outcome: str) -> StatusLabel:
    """The label of the outcome of one check."""
    status = STATUS_FOR_OUTCOME.get(Outcome(outcome))
    return STATUS_LABELS[status] if status else COULD_NOT_CHECK


def polls_every(badges: Iterable[Badge]) -> str:
    """The polling interval of a page in htmx's notation; empty for no polling."""
    notes = {each.note for each in badges if each.is_moving}
    if CHECKING in notes:
        return "2s"
    return "15s" if notes else ""


def provider_of(slug: str) -> Provider:
    """The provider of this slug; *Container registry* for one that no longer exists."""
    return next((provider for provider in PROVIDERS if provider.slug == slug), GENERIC)
