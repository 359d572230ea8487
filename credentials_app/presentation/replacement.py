"""The replacement of a secret as pages show it: its trial, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from credentials_app.models import CheckProgress, Credential, StatusChange, Trial
from credentials_app.presentation.history import TrialView, trial_view
from credentials_app.presentation.live import LiveCheck, live_check
from credentials_app.services.replacement import is_still_for
from credentials_app.status import Status, is_bad
from registry.outcome import Outcome

SHOWN_FOR = timedelta(hours=1)
"""The page of a credential says for so long that a new secret works."""
STORED_SOON = LiveCheck((), "", wait_ms=200, then_s=1.0)
"""The polls while a new secret that works is about to be stored."""


@dataclass(frozen=True)
class ReplacementView:
    """``is_outdated``: the credential has changed since, and the trial replaces nothing.

    ``live``: what a script shows and when it asks again; None: nothing more will happen.
    """

    trial: TrialView
    is_outdated: bool
    live: LiveCheck | None

    @property
    def works(self) -> bool:
        """True if the new secret was accepted and is about to be stored."""
        return self.trial.row.outcome == Outcome.VALID.value and not self.is_outdated


def replacement_view(
    trial: Trial, credential: Credential, steps: CheckProgress | None, now: datetime
) -> ReplacementView:
    """``steps``: those of the trial so far. ``now``: by the clock of the database."""
    view = trial_view(trial, now)
    is_outdated = not is_still_for(trial, credential)
    is_stored_soon = trial.outcome == Outcome.VALID.value and not is_outdated
    live = STORED_SOON if is_stored_soon else live_check(trial, view.badge, steps, now)
    return ReplacementView(view, is_outdated, live)


def repaired(row: Credential, changes: Sequence[StatusChange], now: datetime) -> str:
    """That a new secret works, and for how long the credential was bad; empty if it is no news.

    ``changes``: the latest ones, the newest first.
    """
    if row.status != Status.VALID or len(changes) < 2:
        return ""
    good, replaced, *before = changes
    if good.new != Status.VALID or replaced.why != "replaced" or good.at <= now - SHOWN_FOR:
        return ""
    if not is_bad(Status(replaced.old)):
        return _("The new secret works.")
    began = _turned_bad_at(before)
    if began is None:
        return _("Works again.")
    short = replaced.at - began < timedelta(minutes=1)
    span = _("less than a minute") if short else timesince(began, replaced.at, depth=1)
    return _("Works again. It was bad for %(span)s.") % {"span": span}


def _turned_bad_at(changes: Sequence[StatusChange]) -> datetime | None:
    """The time since which it was bad without a break; None if these changes do not reach back."""
    for change in changes:
        if not is_bad(Status(change.old)):
            return change.at
    return None
