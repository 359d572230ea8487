"""One line for each workspace, in an overview of several. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from credentials_app.overview.figures import Tally
from credentials_app.overview.scope import OverviewScope
from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.status import COULD_NOT_CHECK, EXPIRING
from workspaces.models import Workspace

MOST_LINES = 50
NUMBERED = (ATTENTION, EXPIRING.key, COULD_NOT_CHECK.key)
"""The status filters whose numbers stand in a line."""


@dataclass(frozen=True)
class WorkspaceLine:
    """A workspace with its numbers; a URL is empty if the reader can go there in no way."""

    label: str
    url: str
    tally: Tally
    broken_url: str = ""
    ending_url: str = ""
    vain_url: str = ""


def lines_of(
    places: Iterable[Workspace], tallies: Mapping[UUID, Tally], *, is_member: bool
) -> list[WorkspaceLine]:
    """The lines, those with something broken first."""
    found = [_line(place, tallies.get(place.pk, Tally()), is_member=is_member) for place in places]
    return sorted(found, key=lambda line: (-line.tally.broken, -line.tally.ending))[:MOST_LINES]


def _line(place: Workspace, tally: Tally, *, is_member: bool) -> WorkspaceLine:
    if not is_member:
        owner = place.owner
        label = f"{owner.email} ({_('personal')})" if owner else place.label
        everything, key = OverviewScope(None), str(place.pk)
        numbers = [everything.list_url(workspace=key, status=each) for each in NUMBERED]
        return WorkspaceLine(label, everything.list_url(workspace=key), tally, *numbers)
    alone = OverviewScope((place,))
    return WorkspaceLine(
        label=place.label,
        url=alone.own_url,
        tally=tally,
        broken_url=alone.list_url(status=ATTENTION),
        ending_url=alone.list_url(status=EXPIRING.key),
        vain_url=alone.list_url(status=COULD_NOT_CHECK.key),
    )
