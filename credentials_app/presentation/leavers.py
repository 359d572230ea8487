"""The lines of the list of leavers, for its page, the report and the mail. Pure."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import KnownSecret
from workspaces.models import Workspace
from workspaces.models.departure import LeftBy
from workspaces.places import credentials_url

HOW: dict[str, str | Promise] = {
    LeftBy.LEAVING: _("left the workspace"),
    LeftBy.REMOVAL: _("was removed from the workspace"),
    LeftBy.SUSPENSION: _("was suspended"),
    LeftBy.DELETION: _("had the account deleted"),
}
WHY: tuple[tuple[str, str | Promise], ...] = (
    ("stored", _("stored the secret")),
    ("opened", _("opened the secret")),
    ("owned", _("owned the credential")),
)


@dataclass(frozen=True)
class LeaverLine:
    """One secret that one leaver knew. ``replace`` and ``edit`` are paths."""

    key: str
    name: str
    server: str
    link: str
    replace: str
    edit: str
    who: str
    email: str
    how: str | Promise
    at: datetime
    reasons: tuple[str | Promise, ...]
    lacks_owner: bool
    opened_at: datetime | None = None

    @property
    def why(self) -> str:
        """The reasons as one text."""
        return ", ".join(str(reason) for reason in self.reasons)


def leaver_line(place: Workspace, row: KnownSecret) -> LeaverLine:
    """The line of a row that was read with its departure and its credential."""
    credential, departure = row.credential, row.departure
    is_still_owner = credential.owner_id == departure.person_id
    return LeaverLine(
        key=str(row.pk),
        name=credential.name,
        server=credential.origin.display,
        link=credentials_url(place, "detail", pk=credential.pk),
        replace=credentials_url(place, "replace", pk=credential.pk),
        edit=credentials_url(place, "edit", pk=credential.pk),
        who=departure.name,
        email=departure.email,
        how=HOW[departure.how],
        at=departure.at,
        reasons=tuple(words for flag, words in WHY if getattr(row, flag)),
        lacks_owner=row.owned and (is_still_owner or credential.owner_id is None),
        opened_at=row.opened_at,
    )
