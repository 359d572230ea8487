"""Pages lead forward and back, miss nothing and repeat nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Model
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from common.paging import Page, page_of_rows

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
BY = ("-expire_date", "session_key")
SALT = "common.paging:sessions.Session:-expire_date:session_key"


def fill(count: int) -> list[str]:
    """Rows of which three at a time share the first column; their keys in order of BY."""
    rows = [
        Session(session_key=f"k{number:03}", expire_date=START - timedelta(hours=number // 3))
        for number in range(count)
    ]
    Session.objects.bulk_create(reversed(rows))
    return [row.session_key for row in rows]


def keys(found: Page[Session]) -> list[str]:
    return [row.session_key for row in found.rows]


def test_walking_forward_meets_every_row_once() -> None:
    wanted, met, cursor = fill(23), [], ""
    while True:
        found = page_of_rows(Session.objects.all(), by=BY, cursor=cursor, size=5)
        met += keys(found)
        cursor = found.next_cursor
        if not cursor:
            break
    assert met == wanted


def test_walking_back_meets_the_same_pages() -> None:
    fill(23)
    pages = [page_of_rows(Session.objects.all(), by=BY, size=5)]
    while pages[-1].next_cursor:
        pages.append(
            page_of_rows(Session.objects.all(), by=BY, cursor=pages[-1].next_cursor, size=5)
        )
    here = pages[-1]
    for earlier in reversed(pages[:-1]):
        here = page_of_rows(Session.objects.all(), by=BY, cursor=here.previous_cursor, size=5)
        assert keys(here) == keys(earlier)
    assert not here.previous_cursor
    assert here.next_cursor


def test_one_page_has_no_neighbors() -> None:
    fill(5)
    found = page_of_rows(Session.objects.all(), by=BY, size=5)
    assert (found.next_cursor, found.previous_cursor) == ("", "")


def test_no_rows_are_a_page_too() -> None:
    assert page_of_rows(Session.objects.all(), by=BY) == Page(rows=())


def signed(*values: object, salt: str = SALT) -> str:
    return signing.dumps(list(values), salt=salt)


def second_page(cursor: str) -> bool:
    """Whether the cursor leads there; the only other place it may lead to is the first page."""
    found = keys(page_of_rows(Session.objects.all(), by=BY, cursor=cursor, size=3))
    assert found in (["k000", "k001", "k002"], ["k003", "k004", "k005"])
    return found[0] == "k003"


def test_a_cursor_is_signed_and_says_where_the_page_ended() -> None:
    fill(9)
    cursor = page_of_rows(Session.objects.all(), by=BY, size=3).next_cursor
    assert signing.loads(cursor, salt=SALT) == ["n", str(START), "k002"]
    assert second_page(cursor)
    assert second_page(signed("n", str(START), "k002"))


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%",
        "bm8",
        "WyJuIl0",
        "W1siXV0",
        "WyJuIiwxLDJd",
        "eyJhIjoxfQ",
        "A" * 2000,
        pytest.param("WyJuIiwiXHUwMDAwIiwiYSJd", id="a zero character"),
        pytest.param("WyJuIiwiXHVkODAwIiwiYSJd", id="half a character"),
        pytest.param("WyJuIiwiMDAwMS0wMS0wMVQwMDowMCsyMzo1OSIsImEiXQ", id="before all time"),
        pytest.param("WyJuIiwiMjAyNi0wMS0wMVQwMDowMDowMCIsImEiXQ", id="by no clock"),
        pytest.param("WyJuIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSwxXQ", id="a huge number"),
        pytest.param("", id="nothing"),
        pytest.param(":", id="a colon"),
        pytest.param("::", id="two colons"),
        pytest.param("a:b:c", id="three parts"),
        pytest.param("\0:\0:\0", id="zero characters as they are"),
        pytest.param("ü:ü:ü", id="letters beyond ASCII"),
        pytest.param(".eJw:1:x", id="what looks compressed"),
        pytest.param("A" * 1_000_000, id="very long"),
        pytest.param(":".join(["A" * 1_000_000] * 3), id="very long in three parts"),
        pytest.param(signing.b64_encode(b'["n","2026","k"]').decode(), id="without a signature"),
    ],
)
def test_a_cursor_that_means_nothing_is_the_first_page(cursor: str) -> None:
    wanted = fill(3)
    assert keys(page_of_rows(Session.objects.all(), by=BY, cursor=cursor)) == wanted


@pytest.mark.parametrize(
    "salt",
    [
        pytest.param("django.core.signing", id="the usual one"),
        pytest.param("lockkeeper.notices.unsubscribe", id="of another purpose"),
        pytest.param("common.paging", id="of no model"),
        pytest.param("common.paging:auth.Group:-expire_date:session_key", id="of another model"),
        pytest.param("common.paging:sessions.Session:expire_date:session_key", id="upward"),
    ],
)
def test_a_cursor_with_a_foreign_salt_is_the_first_page(salt: str) -> None:
    fill(9)
    assert second_page(signed("n", str(START), "k002"))
    assert not second_page(signed("n", str(START), "k002", salt=salt))


@pytest.mark.parametrize(
    ("model", "by"),
    [
        pytest.param(Session, ("expire_date", "session_key"), id="of the other way round"),
        pytest.param(Session, ("session_key", "-expire_date"), id="of columns that changed places"),
        pytest.param(Session, ("session_key",), id="of fewer columns"),
        pytest.param(Permission, ("codename", "pk"), id="of other rows in as many columns"),
        pytest.param(Permission, ("pk",), id="of other rows"),
    ],
)
def test_a_cursor_of_another_page_is_the_first_page(model: type[Model], by: Sequence[str]) -> None:
    fill(9)
    cursor = page_of_rows(model._default_manager.all(), by=by, size=1).next_cursor
    assert cursor
    assert not second_page(cursor)


def test_a_cursor_that_was_changed_or_cut_anywhere_is_the_first_page() -> None:
    fill(9)
    cursor = page_of_rows(Session.objects.all(), by=BY, size=3).next_cursor
    for at, sign in enumerate(cursor):
        changed = "B" if sign == "A" else "A"
        assert not second_page(cursor[:at] + changed + cursor[at + 1 :])
        assert not second_page(cursor[:at])
        assert not second_page(cursor[at + 1 :])
    for more in (cursor + "A", cursor + ":", "." + cursor, cursor * 2, cursor + " "):
        assert not second_page(more)


@given(st.text())
def test_whatever_a_cursor_says_is_read_or_refused(cursor: str) -> None:
    assert page_of_rows(Session.objects.none(), by=BY, cursor=cursor) == Page(rows=())


def test_a_cursor_is_read_as_long_as_its_key_is_a_fallback() -> None:
    fill(9)
    cursor = page_of_rows(Session.objects.all(), by=BY, size=3).next_cursor
    with override_settings(SECRET_KEY="k" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert second_page(cursor)
    with override_settings(SECRET_KEY="k" * 50):
        assert not second_page(cursor)


def test_a_cursor_does_not_expire() -> None:
    fill(9)
    with time_machine.travel(START, tick=False) as clock:
        cursor = page_of_rows(Session.objects.all(), by=BY, size=3).next_cursor
        clock.shift(timedelta(days=4000))
        assert second_page(cursor)


def test_names_of_any_letters_and_length_are_places() -> None:
    names = sorted(["a" * 150, "b" * 150, "\N{GRINNING FACE}" * 150, "日本" * 75])
    Group.objects.bulk_create(Group(name=name) for name in names)
    met, cursor = [], ""
    while True:
        found = page_of_rows(Group.objects.all(), by=("name",), cursor=cursor, size=1)
        met += [row.name for row in found.rows]
        cursor = found.next_cursor
        if not cursor:
            break
    assert met == names


def test_a_row_that_appears_meanwhile_shifts_nothing() -> None:
    wanted = fill(6)
    first = page_of_rows(Session.objects.all(), by=BY, size=3)
    Session.objects.create(session_key="new", expire_date=START + timedelta(hours=1))
    second = page_of_rows(Session.objects.all(), by=BY, cursor=first.next_cursor, size=3)
    assert keys(first) + keys(second) == wanted
