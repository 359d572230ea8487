"""A check that runs or waits, as a page shows it, and when the page polls next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from credentials_app.models import CheckProgress, Credential, Trial
from credentials_app.presentation.badge import Badge
from credentials_app.presentation.trail import StepView, trail_view, words_of_step
from credentials_app.serialization import load_steps
from credentials_app.status import CHECKING
from registry.evidence import StepName

POLLS_AT_S = (0.2, 0.4, 0.8, 2.0)
"""The first polls after the last news; then one every five seconds."""
THEN_S = 5.0
SCHEDULED_S = 2.0
LONG_WAIT, LONG_WAIT_S = timedelta(seconds=30), 15.0


@dataclass(frozen=True)
class LiveCheck:
    """``done`` are the steps so far, ``running`` says what it does now; empty: it waits.

    A page polls after ``wait_ms``, and every ``then_s`` seconds if that poll fails.
    """

    done: tuple[StepView, ...]
    running: str
    wait_ms: int
    then_s: float

    @property
    def said(self) -> str:
        """What a screen reader reads: the words of the steps, and no address or time."""
        return ". ".join([*(each.words for each in self.done[-1:]), self.running])


def live_check(
    row: Credential | Trial, badge: Badge, progress: CheckProgress | None, now: datetime
) -> LiveCheck | None:
    """None: nothing runs, so the page does not poll. ``now``: by the clock of the database."""
    if not badge.is_moving:
        return None
    if badge.note is not CHECKING:
        left = badge.until - now if badge.until else LONG_WAIT
        wait_s = SCHEDULED_S if left < LONG_WAIT else LONG_WAIT_S
        return LiveCheck((), "", round(1000 * wait_s), wait_s)
    news = [at for at in (row.asked_at, progress and progress.at) if at]
    wait_s = next_poll_s(max(news), now) if news else SCHEDULED_S
    return LiveCheck(
        trail_view(load_steps(progress.steps), progress.provider) if progress else (),
        _running(row, progress),
        round(1000 * wait_s),
        THEN_S,
    )


def next_poll_s(news_at: datetime, now: datetime) -> float:
    """The seconds until the next poll; each step starts the short waits again."""
    passed = max((now - news_at).total_seconds(), 0.0)
    due = next((at for at in POLLS_AT_S if at > passed), passed + THEN_S)
    return max(due - passed, 0.1)


def _running(row: Credential | Trial, progress: CheckProgress | None) -> str:
    if progress is not None:
        return words_of_step(StepName(progress.next_step), progress.next_to)
    return _("Prepare the check") if row.lease_id else _("Wait for the checker")
