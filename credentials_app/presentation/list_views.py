"""The tabs above the list: views that everybody has, and saved ones, each a query."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.models import SavedView
from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.presentation.list_counts import ListCounts
from credentials_app.presentation.list_filters import ENDS, OWNER, STATUS, THIS_MONTH
from credentials_app.presentation.list_query import Fields, ListQuery
from credentials_app.presentation.view_query import (
    query_in_words,
    query_of_view,
    stored_query,
    values_gone,
)
from credentials_app.services.saved_views import may_change_view, may_share_views
from workspaces.models import User
from workspaces.rights.seat import Seat

ALL, NEEDS, MINE, MONTH = EVERYBODYS = (
    _("All"), _("Needs attention"), _("Mine"), _("Ends this month"),
)  # fmt: skip
"""The words of the tabs that everybody has."""
MOST_TABS = 5
"""So many saved views stand beside the list's own; a menu has the others."""


@dataclass(frozen=True)
class ViewTab:
    """A tab; it is on if the list shows just this, in whatever order and on whatever page.

    ``is_left``: the list began with this saved view, and its filters or order changed since.
    """

    word: str | Promise
    url: str
    is_on: bool
    is_left: bool = False
    is_shared: bool = False


@dataclass(frozen=True)
class ViewsAbove:
    """What stands above the list, and what one can do with the present query.

    ``more``: the tabs of the menu. ``opened``: the saved view that the list began with. ``gone``:
    what of its filters does not exist any more. ``text``: the present query as it would be stored;
    ``words``: the same for people.
    """

    tabs: tuple[ViewTab, ...]
    more: tuple[ViewTab, ...]
    opened: SavedView | None
    may_save: bool
    may_share: bool
    may_change: bool
    may_update: bool
    gone: tuple[str, ...]
    text: str
    words: tuple[str, ...]


def view_tabs(query: ListQuery, person: User) -> list[ViewTab]:
    """The tabs that everybody has, for this reader."""
    shown = replace(query.shows, sort=ListQuery.sort)
    return [
        ViewTab(word, replace(query, search="", chips=chips, view="").url(), shown.fields == chips)
        for word, chips in _everybodys(person).items()
    ]


def views_above(
    query: ListQuery, seat: Seat, rows: Sequence[SavedView], counts: ListCounts
) -> ViewsAbove:
    """All tabs for this reader, above a list with this query; ``rows``: their saved views."""
    opened = next((view for view in rows if str(view.pk) == query.view), None)
    usual = view_tabs(query, seat.user)
    is_usual = any(tab.is_on for tab in usual)
    saved = [_saved_tab(query, seat.user, view, opened, is_usual=is_usual) for view in rows]
    if opened and any(tab.is_on for tab in saved):
        usual = [replace(tab, is_on=False) for tab in usual]
    is_left = any(tab.is_left for tab in saved)
    may_change = opened is not None and may_change_view(seat, opened)
    shown, more = _folded(saved)
    return ViewsAbove(
        tabs=(*usual, *shown),
        more=more,
        opened=opened,
        may_save=not _is_known(query, seat.user, rows),
        may_share=may_share_views(seat) and not seat.workspace.is_personal,
        may_change=may_change,
        may_update=may_change and is_left,
        gone=values_gone(opened, seat.user, counts) if opened and not is_left else (),
        text=stored_query(query, seat.user),
        words=query_in_words(query, seat.user, counts),
    )


def _everybodys(person: User) -> dict[str | Promise, Fields]:
    return {
        ALL: (),
        NEEDS: ((STATUS, ATTENTION),),
        MINE: ((OWNER, str(person.pk)),),
        MONTH: ((ENDS, THIS_MONTH),),
    }


def _is_known(query: ListQuery, reader: User, rows: Sequence[SavedView]) -> bool:
    """True if a tab has just these filters and this order."""
    usual = [ListQuery(chips=chips) for chips in _everybodys(reader).values()]
    return query.shows in [*usual, *(query_of_view(view, reader).shows for view in rows)]


def _saved_tab(
    query: ListQuery, reader: User, view: SavedView, opened: SavedView | None, *, is_usual: bool
) -> ViewTab:
    """Of several tabs with one query, the one that was opened is on, or else the list's own."""
    stored, is_opened = query_of_view(view, reader), view == opened
    is_same = stored.shows == query.shows
    return ViewTab(
        view.name,
        stored.url(size=query.size),
        is_on=is_same and (is_opened or (opened is None and not is_usual)),
        is_left=is_opened and not is_same,
        is_shared=view.is_shared,
    )


def _folded(tabs: list[ViewTab]) -> tuple[tuple[ViewTab, ...], tuple[ViewTab, ...]]:
    """The first tabs, one of which is the one that is on or left; the others in their order."""
    shown = tabs[:MOST_TABS]
    if present := [tab for tab in tabs[MOST_TABS:] if tab.is_on or tab.is_left][:1]:
        shown = [*tabs[: MOST_TABS - 1], *present]
    return tuple(shown), tuple(tab for tab in tabs if tab not in shown)
