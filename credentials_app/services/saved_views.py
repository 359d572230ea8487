"""Actions on saved views: add, edit, delete.

Everybody who sees the list has views of their own. A view of the workspace stands above the list of
everybody, and reports follow it, but it opens nothing that its readers may not see. So it needs the
right to set what the others get to hear. The query is text in the filter language of the list,
which the form has checked.
"""

import unicodedata
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from common.clock import database_now
from credentials_app.models import ReportSubscription, SavedView
from credentials_app.selectors import reports_that_follow, views_for
from credentials_app.services.errors import TooManySharedViews, TooManyViews, ViewNameTaken
from workspaces import audit
from workspaces.models import User, Workspace
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

MOST_VIEWS, MOST_SHARED_VIEWS = 20, 30
"""So many views has a person in one workspace, and the workspace itself."""


@dataclass(frozen=True)
class ViewDraft:
    """What a person enters. ``is_shared``: it is the workspace's."""

    name: str
    query: str
    is_shared: bool = False


def may_share_views(seat: Seat) -> bool:
    """True if this person decides about the views of the workspace."""
    return allows(seat.role, Can.NOTICE_RULES)


def may_change_view(seat: Seat, view: SavedView) -> bool:
    """True if this person may edit and delete a view that they see."""
    return may_share_views(seat) or not view.is_shared


def add_view(seat: Seat, draft: ViewDraft) -> SavedView:
    """Save a new view. Raises PermissionDenied, ViewNameTaken, TooManyViews, TooManySharedViews."""
    with transaction.atomic():
        lock_views(seat.workspace)
        view = SavedView(workspace=seat.workspace, made_at=database_now(), made_by=seat.user.email)
        _fill(seat, view, draft)
        _refuse_too_many(seat, view)
        view.save(force_insert=True)
        audit.record(
            "credentials:view:add", seat=seat, target=view, details={"owner": _whose(view)}
        )
    return view


def edit_view(seat: Seat, view: SavedView, draft: ViewDraft) -> SavedView:
    """Store the draft. A view that becomes one's own is gone for others, and for their reports.

    Raises PermissionDenied, ViewNameTaken, TooManyViews, TooManySharedViews, and
    SavedView.DoesNotExist.
    """
    with transaction.atomic():
        row = _locked_view(seat, view)
        before = draft_of_view(row)
        _fill(seat, row, draft)
        if draft.is_shared is not before.is_shared:
            _refuse_too_many(seat, row)
        changed = [name for name in vars(draft) if getattr(draft, name) != getattr(before, name)]
        if not row.is_shared:
            _let_go(reports_that_follow(row).exclude(person=row.owner_id), row)
        row.save(update_fields=["name", "name_key", "query", "owner"])
        edited: dict[str, str | list[str]] = {
            "fields": changed,
            "old_name": before.name,
            "owner": _whose(row),
        }
        audit.record("credentials:view:edit", seat=seat, target=row, details=edited)
    return row


def delete_view(seat: Seat, view: SavedView) -> int:
    """Delete it. Returns how many reports followed it: they are about the whole workspace again.

    Raises PermissionDenied, SavedView.DoesNotExist.
    """
    with transaction.atomic():
        row = _locked_view(seat, view)
        count = _let_go(reports_that_follow(row), row)
        details: dict[str, str | int] = {"owner": _whose(row), "count": count}
        audit.record("credentials:view:delete", seat=seat, target=row, details=details)
        row.delete()
    return count


def lock_views(workspace: Workspace) -> None:
    """Until the transaction ends nobody else adds, changes or deletes a view here."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def draft_of_view(view: SavedView) -> ViewDraft:
    """The stored values."""
    return ViewDraft(view.name, view.query, view.is_shared)


def plain_name(text: str) -> str:
    """The name as it is stored: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _locked_view(seat: Seat, view: SavedView) -> SavedView:
    lock_views(seat.workspace)
    row = views_for(seat.workspace, seat.user).get(pk=view.pk)
    if not may_change_view(seat, row):
        raise PermissionDenied
    return row


def _fill(seat: Seat, view: SavedView, draft: ViewDraft) -> None:
    """Put the values into the row, if the person may."""
    if draft.is_shared and not may_share_views(seat):
        raise PermissionDenied
    owner: User | None = None if draft.is_shared else seat.user
    clean = replace(draft, name=plain_name(draft.name))
    view.owner, view.name, view.query = owner, clean.name, clean.query
    view.name_key = clean.name.casefold()
    if _beside(view).filter(name_key=view.name_key).exists():
        raise ViewNameTaken


def _beside(view: SavedView) -> QuerySet[SavedView]:
    """The other views of the same person, or of the workspace."""
    rows = SavedView.objects.filter(workspace=view.workspace_id, owner=view.owner_id)
    return rows.exclude(pk=view.pk)


def _refuse_too_many(seat: Seat, view: SavedView) -> None:
    count = _beside(view).count()
    if view.is_shared and count >= MOST_SHARED_VIEWS:
        raise TooManySharedViews(MOST_SHARED_VIEWS)
    if not view.is_shared and count >= MOST_VIEWS:
        raise TooManyViews(MOST_VIEWS)


def _let_go(following: QuerySet[ReportSubscription], view: SavedView) -> int:
    """These reports are about the whole workspace again, and the next one says so."""
    return following.update(view=None, former_view=view.name)


def _whose(view: SavedView) -> str:
    return "workspace" if view.owner is None else view.owner.email
