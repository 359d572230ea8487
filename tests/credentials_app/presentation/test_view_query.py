"""The stored text of a saved view: one spelling, what readers see, and what exists no more."""

from typing import Any

import pytest
from django.http import QueryDict

from credentials_app.models import SavedView
from credentials_app.presentation.list_filters import CHIPS
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.view_query import (
    query_of_view,
    read_query,
    stored_query,
    view_in_words,
)
from tests import cast
from tests.credentials_app.presentation.test_listing import store
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
EVERY_FIELD = (
    "q=status:expired+a&status=attention&provider=gitlab&provider=quay"
    "&server=https://registry.example.org&owner=nobody&access=push&ends=30&sort=-ends"
    "&workspace=00000000-0000-0000-0000-000000000007&secret=http&age=400&checked=never&used=45"
)


def asked(text: str) -> ListQuery:
    return ListQuery.of(QueryDict(text))


def view_of(seat: Seat, text: str) -> SavedView:
    return SavedView(workspace=seat.workspace, owner=seat.user, name="x", query=text)


@pytest.mark.parametrize("text", ["", EVERY_FIELD, "sort=name", "q=ä+%26+b"])
def test_what_is_stored_is_read_again_as_it_was(seat: Seat, text: str) -> None:
    query = asked(text)
    assert read_query(stored_query(query, seat.user), seat.user) == query


def test_every_chip_is_stored() -> None:
    assert {name for name, _value in asked(EVERY_FIELD).chips} >= set(CHIPS) - {"tag"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status=paused&status=attention", "status=attention&status=paused&status=paused"),
        ("status=attention&q=x", "q=+x+&status=attention"),
        ("status=attention&page=7&size=100", "status=attention"),
        ("status=attention&sort=status", "status=attention"),
        ("status=made-up&made-up=1&csrfmiddlewaretoken=secret", ""),
        ("status=attention&view=00000000-0000-0000-0000-000000000007", "status=attention"),
    ],
)
def test_one_query_has_one_spelling(seat: Seat, one: str, other: str) -> None:
    assert stored_query(asked(one), seat.user) == stored_query(asked(other), seat.user)


def test_mine_is_the_readers_own(seat: Seat) -> None:
    bob = cast.bob()
    text = stored_query(asked(f"owner={seat.user.pk}&owner=nobody"), seat.user)
    assert str(seat.user.pk) not in text
    assert set(read_query(text, seat.user).chosen("owner")) == {"nobody", str(seat.user.pk)}
    assert set(read_query(text, bob).chosen("owner")) == {"nobody", str(bob.pk)}


def test_another_persons_are_that_persons_for_everybody(seat: Seat) -> None:
    bob = cast.bob()
    text = stored_query(asked(f"owner={bob.pk}&owner={seat.user.pk}"), seat.user)
    assert read_query(text, bob).chosen("owner") == (str(bob.pk),)


def test_the_words_say_all_filters(seat: Seat) -> None:
    bob = cast.participant(seat.workspace, cast.bob())
    store(seat, "his", owner=bob)
    text = f"{EVERY_FIELD}&owner={bob.pk}&owner=me"
    words = view_in_words(view_of(seat, text), seat.user, seat.workspace)
    assert words.filters[:2] == ("Search: “status:expired a”", "Status: Broken")
    assert words.filters[2] == "Provider: GitLab or Quay"
    assert words.filters[3] == "Server: registry.example.org"
    assert set(words.filters[4].removeprefix("Owner: ").split(" or ")) == {"Nobody", "Bob", "mine"}
    assert words.filters[5:] == (
        "Access: Push",
        "Ends: Within 30 days",
        "Workspace: One that is not here",
        "Secret: Sent unencrypted",
        "Age of the secret: Older than 400 days",
        "Last checked: Never",
        "Last used: Not for 45 days",
    )
    assert words.gone == ()


def test_the_words_name_nobody_of_another_workspace(seat: Seat) -> None:
    bob = cast.bob()
    home = cast.organization("theirs", owner=bob)
    other = cast.seat(cast.workspace("other", organization=home), bob)
    store(other, "his", owner=bob)
    words = view_in_words(view_of(seat, f"owner={bob.pk}"), seat.user, seat.workspace)
    assert words.filters == ("Owner: Somebody who owns none here",)
    assert words.gone == words.filters


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("status=was-removed&status=attention", ("status: was-removed",)),
        ("provider=was-removed", ("provider: was-removed",)),
        ("hue=blue", ("hue: blue",)),
        ("sort=was-removed", ("sort: was-removed",)),
        ("owner=not-a-key", ("owner: not-a-key",)),
        ("owner=me&owner=nobody&status=attention", ()),
        ("", ()),
    ],
)
def test_what_the_list_does_not_know_is_named(seat: Seat, text: str, gone: tuple[str, ...]) -> None:
    view = view_of(seat, text)
    assert view_in_words(view, seat.user, seat.workspace).gone == gone
    assert query_of_view(view, seat.user).view == str(view.pk)


def test_owners_are_read_only_where_a_view_names_some(
    seat: Seat, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        view_in_words(view_of(seat, "status=attention&owner=nobody"), seat.user, seat.workspace)
    with django_assert_num_queries(1):
        view_in_words(view_of(seat, "owner=me"), seat.user, seat.workspace)
