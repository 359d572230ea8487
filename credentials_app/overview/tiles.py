"""The four numbers at the top of an overview, each a link to the list of its rows. Pure."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from credentials_app.overview.figures import Tally
from credentials_app.overview.scope import OverviewScope
from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, STATUS_LABELS, Status, Tone


@dataclass(frozen=True)
class Tile:
    """A number with its words; a part of a whole has ``of`` and ``share`` (percent), too."""

    name: str | Promise
    icon: str
    tone: Tone
    number: str
    more: str | Promise
    url: str
    of: str = ""
    share: int = 0


def tiles_of(scope: OverviewScope, whole: Tally) -> tuple[Tile, ...]:
    """Broken, ending, not checked, working."""
    return (
        Tile(
            _("Broken"),
            STATUS_LABELS[Status.REFUSED].icon,
            Tone.BAD if whole.broken else Tone.QUIET,
            f"{whole.broken:,}",
            _new(whole),
            scope.list_url(status=ATTENTION),
        ),
        Tile(
            _("Ending in 30 days"),
            EXPIRING.icon,
            Tone.WARN if whole.ending else Tone.QUIET,
            f"{whole.ending:,}",
            _("still working") if whole.ending else _("no end is near"),
            scope.list_url(status=EXPIRING.key),
        ),
        Tile(
            _("Cannot be checked"),
            COULD_NOT_CHECK.icon,
            Tone.WAIT if whole.vain else Tone.QUIET,
            f"{whole.vain:,}",
            _("which says nothing about them") if whole.vain else _("all could be checked"),
            scope.list_url(status=COULD_NOT_CHECK.key),
        ),
        Tile(
            _("Working"),
            STATUS_LABELS[Status.VALID].icon,
            Tone.GOOD if whole.works else Tone.QUIET,
            f"{whole.works:,}",
            _paused(whole),
            scope.list_url(status=Status.VALID),
            of=f"{whole.total:,}",
            share=whole.share,
        ),
    )


def _new(whole: Tally) -> str:
    if not whole.broken:
        return str(_("nothing is broken"))
    if not whole.fresh:
        return str(_("none new since yesterday"))
    words = ngettext("%(count)s new since yesterday", "%(count)s new since yesterday", whole.fresh)
    return words % {"count": f"{whole.fresh:,}"}


def _paused(whole: Tally) -> str:
    if not whole.paused:
        return ""
    return ngettext("%(count)d paused", "%(count)d paused", whole.paused) % {"count": whole.paused}
