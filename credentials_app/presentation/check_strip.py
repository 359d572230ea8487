"""The latest checks at a glance: a bar for each, and equal ones in a row folded into one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials_app.models import CheckRun
from credentials_app.presentation.credential import label_of
from credentials_app.presentation.history import CheckView, check_views
from credentials_app.selectors import ShortRun
from credentials_app.status import StatusLabel, Tone

BARS = 60
"""So many checks stand in a strip."""
WIDTH, GAP = 8, 2
"""Of a bar, in CSS pixels."""


@dataclass(frozen=True)
class CheckBar:
    """A check in the strip. Color and shape say if the login worked; ``x`` in CSS pixels."""

    run: ShortRun
    label: StatusLabel
    x: int

    @property
    def kind(self) -> str:
        """*good* is full, *bad* has a notch, *unseen* is hollow: it proved nothing."""
        return {Tone.GOOD: "good", Tone.BAD: "bad"}.get(self.label.tone, "unseen")

    @property
    def words(self) -> str:
        """The outcome and its time, for the pointer and for screen readers."""
        local = timezone.localtime(self.run.started_at)
        return f"{self.label.word}, {date_format(local, 'j M Y, H:i')}"


@dataclass(frozen=True)
class CheckStrip:
    """The latest checks, the oldest on the left."""

    bars: Sequence[CheckBar]

    @property
    def width(self) -> int:
        """In CSS pixels, with the room of all bars: new ones come in on the right."""
        return BARS * (WIDTH + GAP) - GAP

    @property
    def words(self) -> str:
        """How many of them worked, and what the others were."""
        kinds = [bar.kind for bar in self.bars]
        n, worked = len(kinds), kinds.count("good")
        first = ngettext(
            "%(n)s check: %(worked)s worked", "Last %(n)s checks: %(worked)s worked", n
        )
        parts = [first % {"n": n, "worked": worked}]
        if bad := kinds.count("bad"):
            parts.append(_("%(n)s found it bad") % {"n": bad})
        if unseen := kinds.count("unseen"):
            parts.append(_("%(n)s proved nothing") % {"n": unseen})
        return ", ".join(parts)


@dataclass(frozen=True)
class Fold:
    """Checks in a row with the same outcome and cause, shown as the newest of them."""

    newest: ShortRun
    oldest: ShortRun
    count: int
    is_cut: bool = False
    """True if older ones that were not read may belong to it."""


@dataclass(frozen=True)
class FoldView:
    """A line of checks: the newest, and how many like it there were since when."""

    check: CheckView
    fold: Fold

    @property
    def since(self) -> datetime:
        """When the oldest of them was."""
        return self.fold.oldest.started_at

    @property
    def times(self) -> str:
        """How often; empty for a single check."""
        if self.fold.count == 1:
            return ""
        words = _("%(n)s times or more") if self.fold.is_cut else _("%(n)s times")
        return words % {"n": self.fold.count}


def check_strip(runs: Sequence[ShortRun]) -> CheckStrip:
    """``runs``: the newest first, at most ``BARS``."""
    first = BARS - len(runs)
    return CheckStrip(
        [
            CheckBar(run, label_of(run.outcome), (first + at) * (WIDTH + GAP))
            for at, run in enumerate(reversed(runs))
        ]
    )


def folds(runs: Sequence[ShortRun], most: int) -> list[Fold]:
    """Equal checks in a row are one; ``runs``: the newest first, at most ``BARS``."""
    found = []
    for _same, group in groupby(runs, key=lambda run: (run.outcome, run.cause, run.counted)):
        each = list(group)
        found.append(Fold(each[0], each[-1], len(each)))
    if found and len(runs) == BARS:
        found[-1] = replace(found[-1], is_cut=True)
    return found[:most]


def fold_views(found: Sequence[Fold], newest: Iterable[CheckRun]) -> list[FoldView]:
    """``newest``: the rows of the newest check of each fold; one that is gone is left out."""
    views = {view.run.pk: view for view in check_views(newest)}
    return [FoldView(views[fold.newest.pk], fold) for fold in found if fold.newest.pk in views]
