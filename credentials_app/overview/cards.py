"""What is to be done in an overview: a card for each credential that needs somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from credentials_app.models import Credential
from credentials_app.notices.muting import is_acknowledged, snoozed_until
from credentials_app.overview.scope import OverviewScope
from credentials_app.presentation.credential import CredentialView, credential_view
from credentials_app.presentation.messages import text_of
from credentials_app.presentation.provider_marks import ProviderMark, provider_mark
from credentials_app.presentation.tags import TagViews
from credentials_app.status import (
    COULD_NOT_CHECK,
    EXPIRING,
    STATUS_LABELS,
    Status,
    StatusLabel,
    Tone,
)
from workspaces.models import User, Workspace

UNPROVED = STATUS_LABELS[Status.UNPROVED]


@dataclass(frozen=True)
class Card:
    """A credential that needs somebody: why, and the next step. ``place`` is its workspace,
    ``place_label`` its name where several are shown; ``at`` is since when, or when it ends."""

    pk: UUID
    name: str
    url: str
    place: Workspace
    place_label: str
    label: StatusLabel
    at: datetime | None
    is_bad: bool
    reason: str
    step: str
    server: str
    mark: ProviderMark
    owner: User | None
    wants_new_secret: bool
    tags: TagViews


def cards_of(
    scope: OverviewScope, rows: Iterable[Credential], now: datetime, most: int
) -> tuple[Card, ...]:
    """The cards of the first ``most`` rows that need somebody; the rows are in their order."""
    views = (credential_view(row, now) for row in rows if not _is_muted(row, now))
    found = [view for view in views if _label(view)]
    return tuple(_card(scope, view) for view in found[:most])


def _is_muted(row: Credential, now: datetime) -> bool:
    return is_acknowledged(row) or snoozed_until(row, now) is not None


def _label(view: CredentialView) -> StatusLabel | None:
    """Why it needs somebody; None if it does not."""
    label = view.badge.label
    if label.tone is Tone.BAD or label is EXPIRING:
        return label
    if view.row.could_not_look_shown:
        return COULD_NOT_CHECK
    return UNPROVED if label is UNPROVED else None


def _card(scope: OverviewScope, view: CredentialView) -> Card:
    row, label = view.row, _label(view) or view.badge.label
    return Card(
        pk=row.pk,
        name=row.name,
        url=scope.link_to(row),
        place=scope.place_of(row),
        place_label=scope.place_label(row),
        label=label,
        at=_moment(view, label),
        is_bad=label.tone is Tone.BAD,
        reason=_reason(view, label),
        step=str(label.next_step) if label is COULD_NOT_CHECK else view.steps[0],
        server=view.server,
        mark=provider_mark(view.provider.slug),
        owner=row.owner,
        wants_new_secret=view.wants_new_secret,
        tags=view.tags,
    )


def _moment(view: CredentialView, label: StatusLabel) -> datetime | None:
    row = view.row
    if label is COULD_NOT_CHECK:
        return row.could_not_look_since
    if label is EXPIRING or row.status == Status.VALID:
        return view.expiry.at
    return row.status_since


def _reason(view: CredentialView, label: StatusLabel) -> str:
    if label is COULD_NOT_CHECK:
        return text_of(view.verdict.message) if view.verdict and view.could_not_check else ""
    return "" if label is EXPIRING else view.cause
