"""The query of a saved view: its stored text, what it means to a reader, and its words.

On its own: list, form and report read views by these rules. *Mine* is stored as a word, so that
every reader of a view of the workspace sees their own.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from credentials_app.models import SavedView
from credentials_app.presentation.list_chips import chosen_and_gone, filters_in_words
from credentials_app.presentation.list_counts import ListCounts
from credentials_app.presentation.list_filters import NOBODY, OWNER
from credentials_app.presentation.list_query import Fields, ListQuery
from credentials_app.selectors import owners_among
from workspaces.models import User, Workspace

READER = "me"
"""The stored value of the chip *Owner* for who reads the view."""


@dataclass(frozen=True)
class ViewWords:
    """A view in words. ``gone``: the values of its filters that do not exist any more."""

    name: str
    filters: tuple[str, ...]
    gone: tuple[str, ...]
    query: ListQuery


def stored_query(query: ListQuery, reader: User) -> str:
    """The text to store: search, chips and order, in one spelling whatever that of the address."""
    mine, stored = (OWNER, str(reader.pk)), (OWNER, READER)
    return urlencode([stored if pair == mine else pair for pair in query.shows.fields])


def read_query(text: str, reader: User) -> ListQuery:
    """What a stored text means to this reader; what the list does not know is left out."""
    values: MultiValueDict[str, str] = MultiValueDict()
    for name, value in _fields_for(text, reader):
        values.appendlist(name, value)
    return ListQuery.of(values).shows


def query_of_view(view: SavedView, reader: User) -> ListQuery:
    """What the list shows this reader as this view."""
    return replace(read_query(view.query, reader), view=str(view.pk))


def values_gone(view: SavedView, reader: User, counts: ListCounts) -> tuple[str, ...]:
    """The values of the view's filters that do not exist any more, in words where there are some.

    ``counts``: the people who own credentials of the workspace. The reader may own none.
    """
    query = query_of_view(view, reader)
    left_out = set(_fields_for(view.query, reader)) - set(query.fields)
    others = query.without(OWNER, str(reader.pk))
    return (
        *sorted(f"{name}: {value}" for name, value in left_out),
        *chosen_and_gone(others, counts),
    )


def view_in_words(view: SavedView, reader: User, workspace: Workspace) -> ViewWords:
    """The view as this reader sees it; one statement if it names owners."""
    query = query_of_view(view, reader)
    named = [value for value in query.chosen(OWNER) if value != NOBODY]
    counts = ListCounts(owners=owners_among(workspace, named) if named else {})
    words, gone = query_in_words(query, reader, counts), values_gone(view, reader, counts)
    return ViewWords(view.name, words, gone, query)


def query_in_words(query: ListQuery, reader: User, counts: ListCounts) -> tuple[str, ...]:
    """The search and the chips, such as *Status: Broken or Ending*; *mine* for the reader's own."""
    words = filters_in_words(query, counts, {(OWNER, str(reader.pk)): _("mine")})
    searched = [_("Search: “%(words)s”") % {"words": query.search}] if query.search else []
    return (*searched, *words)


def _fields_for(text: str, reader: User) -> Fields:
    mine, stored = (OWNER, str(reader.pk)), (OWNER, READER)
    return tuple(mine if pair == stored else pair for pair in parse_qsl(text))
