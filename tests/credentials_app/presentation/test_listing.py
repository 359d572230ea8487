"""The list: its orders, its filters and its search agree with what a row shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.notices.muting import is_acknowledged, snoozed_until
from credentials_app.presentation import listing
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.list_conditions import FILTERS, SHOWN, condition_of
from credentials_app.presentation.list_counts import count_in_words, count_rows
from credentials_app.presentation.list_order import SORTS
from credentials_app.presentation.list_query import Fields, ListQuery
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, STATUS_LABELS, Status
from registry.addresses.origins import Origin
from registry.evidence import ExpirySource
from tests import cast
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

NOW = timezone.now()
DAY = timedelta(days=1)


def store(by: Seat, name: str, **columns: Any) -> Credential:
    """A stored credential with these columns, as checks or people left it."""
    row = scenes.stored(name, by=by)
    columns = {"asked_at": None, "next_check_at": NOW + DAY, **columns}
    Credential.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


def told(days: float) -> dict[str, Any]:
    return {"expires_at": NOW + days * DAY, "expires_source": ExpirySource.PROVIDER.value}


def typed(days: int) -> dict[str, Any]:
    return {"expires_on": (NOW + days * DAY).astimezone(UTC).date()}


def since(days: int) -> dict[str, datetime]:
    return {"status_since": NOW - days * DAY}


WORST_FIRST: dict[str, dict[str, Any]] = {
    "bad-today": {"status": Status.REFUSED, **since(0)},
    "ended-yesterday": {"status": Status.VALID, **told(-1), **since(90)},
    "bad-and-away": {"status": Status.BLOCKED, **since(2), "could_not_look_shown": True},
    "bad-for-long": {"status": Status.EXPIRED, **since(40)},
    "typed-end-past": {"status": Status.VALID, **typed(-3)},
    "ends-in-a-day": {"status": Status.VALID, **told(1), "could_not_look_shown": True},
    "ends-in-20-days": {"status": Status.VALID, **typed(20)},
    "ends-in-29-days": {"status": Status.VALID, **told(29)},
    "away-a": {"status": Status.VALID, "could_not_look_shown": True},
    "away-b": {"status": Status.UNVERIFIED, "could_not_look_shown": True},
    "new": {"status": Status.UNVERIFIED},
    "unproved": {"status": Status.UNPROVED},
    "valid-to-the-40th": {"status": Status.VALID, **told(40)},
    "valid-to-the-90th": {"status": Status.VALID, **typed(90)},
    "valid-a": {"status": Status.VALID},
    "valid-B": {"status": Status.VALID, "expires_source": ExpirySource.BY_DESIGN.value},
    "valid-c": {"status": Status.VALID},
    "valid-d": {"status": Status.VALID, "push": True, "push_not_proved": True},
    "paused": {"status": Status.PAUSED, **told(3), "could_not_look_shown": True},
}
"""In the order of the list."""


@pytest.fixture
def rows(seat: Seat) -> list[Credential]:
    """One credential of each kind, stored in another order."""
    shuffled = sorted(WORST_FIRST, key=lambda name: name[::-1])
    return [store(seat, name, **WORST_FIRST[name]) for name in shuffled]


def names(seat: Seat, *, chips: Fields = (), **query: Any) -> list[str]:
    asked = ListQuery(chips=chips, **query)
    found, _more = listing.page_of_credentials(seat.workspace, asked, NOW)
    return [row.name for row in found]


@pytest.mark.django_db
def test_the_worst_come_first(seat: Seat, rows: list[Credential]) -> None:
    assert names(seat) == list(WORST_FIRST)
    assert names(seat, sort="-status", size=50)[0] == "paused"


@pytest.mark.django_db
def test_urgency_is_compared_when_the_list_is_asked_for(seat: Seat) -> None:
    store(seat, "a-valid", status=Status.VALID)
    store(seat, "b-ends", status=Status.VALID, **told(45))
    for later, first in ((0, "b-ends"), (20, "b-ends"), (50, "b-ends")):
        page, _ = listing.page_of_credentials(seat.workspace, ListQuery(), NOW + later * DAY)
        assert page[0].name == first
    ranks = [
        Credential.objects.filter(condition_of(EXPIRING.key, NOW + later * DAY)).count()
        for later in (0, 20, 50)
    ]
    assert ranks == [0, 1, 0]


KEYS: dict[str, Callable[[Credential], Any]] = {
    "name": lambda row: row.name.lower(),
    "server": lambda row: row.server.partition("://")[2],
    "access": lambda row: row.push,
    "ends": lambda row: credential_view(row, NOW).expiry.at,
    "checked": lambda row: row.last_checked_at,
    "owner": lambda row: row.owner.name.lower() if row.owner else None,
    "workspace": lambda row: row.workspace.name.lower(),
    "provider": lambda row: row.shown_provider,
    "user": lambda row: row.username.lower(),
    "age": lambda row: row.secret_set_at,
    "used": lambda row: row.used_at,
}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", sorted(KEYS))
def test_every_column_sorts_both_ways_and_nothing_comes_last(seat: Seat, sort: str) -> None:
    people = [None, cast.participant(seat.workspace, cast.bob()), seat.user]
    servers = ("https://b.example.org", "http://a.example.org:5000", "https://c.example.org:444")
    for number in range(9):
        end = ({}, told(50), typed(49), typed(50), told(-50), {"expires_source": "by_design"})
        store(
            seat,
            f"{'aBc'[number % 3]}-{number}",
            status=Status.VALID,
            server=servers[number % 3],
            owner=people[number // 3],
            push=number % 2 == 0,
            last_checked_at=NOW - number % 4 * DAY if number % 4 else None,
            used_at=NOW - number % 3 * DAY if number % 3 else None,
            secret_set_at=NOW - number % 5 * DAY,
            username=("robot", "Deploy", "")[number % 3],
            **end[number % 6],
        )
    stored = sorted(Credential.objects.select_related("owner"), key=KEYS["name"])
    empty = [row.name for row in stored if KEYS[sort](row) is None]
    filled = sorted((row for row in stored if KEYS[sort](row) is not None), key=KEYS[sort])
    assert names(seat, sort=sort) == [row.name for row in filled] + empty
    backward = sorted(filled, key=KEYS["name"], reverse=True)
    backward.sort(key=KEYS[sort], reverse=True)
    assert names(seat, sort=f"-{sort}") == [row.name for row in backward] + empty[::-1]


def test_there_is_a_test_of_every_order() -> None:
    assert {*KEYS, "status"} == set(SORTS)


def shown_words(row: Credential) -> set[str]:
    """The words about its state in the row."""
    view = credential_view(row, NOW)
    words = {str(view.badge.label.word)}
    if view.badge.remark:
        words.add(str(view.badge.remark.word))
    if row.could_not_look_shown:
        words.add(str(COULD_NOT_CHECK.word))
    if view.is_in_the_clear:
        words.add("Not encrypted")
    if snoozed_until(row, NOW):
        words.add("Snoozed")
    if is_acknowledged(row):
        words.add("Acknowledged")
    return words


def named(condition: Q) -> set[str]:
    return set(Credential.objects.filter(condition).values_list("name", flat=True))


@pytest.mark.django_db
def test_each_word_of_a_state_is_found_where_it_is_shown(
    seat: Seat, rows: list[Credential]
) -> None:
    store(seat, "clear", server="http://10.1.2.3:5000")
    store(seat, "quiet", snoozed_until=NOW + DAY)
    store(seat, "loud", snoozed_until=NOW - DAY)
    known = {"acknowledged_at": NOW, "status": Status.EXPIRED, **since(1)}
    store(seat, "known", **known)
    store(seat, "known-end", **known, **told(3), acknowledged_end=told(3)["expires_at"])
    midnight = datetime.combine(typed(3)["expires_on"], datetime.min.time(), UTC)
    store(seat, "known-day", **known, **typed(3), acknowledged_end=midnight)
    store(seat, "other-end", **known, **told(3), acknowledged_end=NOW)
    store(seat, "other-day", **known, **typed(3))
    store(seat, "before", **known | {"acknowledged_at": NOW - 2 * DAY})
    for words, condition in SHOWN:
        shown = {row.name for row in Credential.objects.all() if str(words) in shown_words(row)}
        if words == STATUS_LABELS[Status.VALID].word:
            shown |= set(
                Credential.objects.filter(condition_of(EXPIRING.key, NOW)).values_list(
                    "name", flat=True
                )
            )
        found = set(Credential.objects.filter(condition(NOW)).values_list("name", flat=True))
        assert found == shown, words
        for word in str(words).split():
            assert shown <= set(names(seat, search=word.upper(), size=100)), word


@pytest.mark.django_db
def test_every_filter_has_the_count_of_its_rows(seat: Seat, rows: list[Credential]) -> None:
    for search in ("", "a", "valid", "registry.example"):
        counts = count_rows(seat.workspace, ListQuery(search=search), NOW)
        assert counts.total == len(names(seat, search=search, size=100))
        for value in FILTERS:
            found = names(seat, search=search, chips=(("status", value),), size=100)
            assert len(found) == counts.of["status"][value], (search, value)


def test_every_filter_has_a_word() -> None:
    assert set(FILTERS) == {
        "attention",
        "unclear",
        "working",
        "expiring",
        "could_not_check",
        "push_not_proved",
        "unused",
        *Status.values,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "search",
    [
        "wanted", "WANTED", "registry.blue", "blue-robot", "team/blue", "GitLab", "docs.example",
        "write_registry", "Grace", "grace@", "Grüße", "Ärger", "wanted gitlab grace",
    ],
)  # fmt: skip
def test_search_finds_what_the_row_shows_and_its_notes(seat: Seat, search: str) -> None:
    grace = cast.participant(seat.workspace, cast.person("grace@example.org"))
    scenes.stored(
        "wanted",
        by=seat,
        server=Origin.parse("https://registry.blue.example"),
        username="blue-robot",
        repository="team/blue",
        owner=grace,
        notes="See https://docs.example\nViele Grüße, Ärger",
    )
    row = Credential.objects.get(name="wanted")
    seen = scenes.verdict(needed=("write_registry",), provider="gitlab")
    scenes.checked(row, seen)
    scenes.stored("other", by=seat)
    assert names(seat, search=search) == ["wanted"]


@pytest.mark.django_db
@pytest.mark.parametrize("search", ["%", "_", "wan%d", "wantedregistry", "gitlab nothing"])
def test_search_takes_every_sign_as_it_is_and_no_word_spans_two_columns(
    seat: Seat, search: str
) -> None:
    scenes.stored("wanted", by=seat)
    assert names(seat, search=search) == []


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (999, "999"), (1_000_000, "1,000,000"), (1_000_001, "1,000,000+")],
)
def test_a_count_is_exact_to_a_million(count: int, words: str) -> None:
    assert count_in_words(count) == words


@pytest.mark.parametrize(
    ("page", "total", "found"),
    [(1, 0, 1), (3, 60, 3), (9, 60, 3), (9, 10_000, 9), (401, 10_000, 400), (401, 10_001, 401)],
)
def test_a_page_behind_the_end_is_the_last_one(page: int, total: int, found: int) -> None:
    assert ListQuery(page=page).within(total).page == found


@pytest.mark.parametrize(
    "asked",
    [
        "status=made-up",
        "provider=x",
        "server=x",
        "owner=x",
        "access=x",
        "ends=0",
        "ends=3651",
        "ends=-8",
        "age=never",
        "secret=made-up",
        "workspace=x",
        "sort=made-up",
        "sort=--ends",
        "size=26",
        "size=1e9",
        "page=x",
        "q=%20%00",
    ],
)
def test_what_is_unknown_counts_as_not_given(asked: str) -> None:
    assert ListQuery.of(QueryDict(asked)) == ListQuery()


def test_an_address_keeps_the_rest_of_the_query() -> None:
    query = ListQuery.of(QueryDict("q=a+b&status=valid&sort=-ends&page=3&size=50"))
    assert query.url() == "?q=a+b&status=valid&sort=-ends&size=50"
    assert query.url(page=4) == "?q=a+b&status=valid&sort=-ends&size=50&page=4"
    assert query.without("status").url() == "?q=a+b&sort=-ends&size=50"
    assert ListQuery.of(QueryDict(query.url(page=3)[1:])) == query
