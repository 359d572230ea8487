"""Who fetches a credential, which version each has, and who is told before a change."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from common.clock import database_now
from credentials_app.models import Credential, Fetch, FetchKind
from credentials_app.presentation.consumers import MOST_SHOWN, ConsumersView, consumers_view
from credentials_app.presentation.last_use import is_unused, unused
from credentials_app.services import fetches
from credentials_app.services.fetches import Consumer, count_fetch, delete_old_fetches
from credentials_app.services.moving import move_credential
from credentials_app.status import UseSeen
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(seat: Seat) -> Credential:
    return scenes.stored(by=seat)


@pytest.fixture
def now() -> datetime:
    return database_now()


def fetched(
    row: Credential,
    at: datetime,
    label: str = "node pool",
    *,
    address: str = "192.0.2.1",
    version: int = 1,
    times: int = 1,
) -> None:
    consumer = Consumer(cast.alice(), FetchKind.KUBELET, label, address)
    row.secret_version = version
    for _time in range(times):
        count_fetch(row, consumer, at, image="registry.example.org/team/app")
    Credential.objects.filter(pk=row.pk).update(secret_version=version)
    row.refresh_from_db()


def seen(row: Credential, now: datetime) -> ConsumersView:
    return consumers_view(row, now, with_addresses=True)


def test_fetches_of_a_day_are_one_row_with_a_count(row: Credential, now: datetime) -> None:
    fetched(row, now, times=3)
    fetched(row, now + timedelta(days=1))
    counts = Fetch.objects.order_by("day").values_list("count", flat=True)
    assert list(counts) == [3, 1]


def test_a_fetch_that_cannot_be_counted_fails(
    row: Credential, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_more: object) -> None:
        raise IntegrityError("made up")

    monkeypatch.setattr(Fetch, "save", refused)
    with pytest.raises(IntegrityError):
        fetched(row, now)


def test_the_fetches_of_a_day_are_one_line_of_what_happened(
    row: Credential, now: datetime, visitor: Client
) -> None:
    fetched(row, now - timedelta(days=40), "of long ago")
    fetched(row, now - timedelta(days=2), "pool a")
    for number, label in enumerate(["pool a", "pool a", "pool b", "pool c", "pool d"]):
        fetched(row, now - timedelta(seconds=number), label, address=f"192.0.2.{number}", times=2)
    today, before = seen(row, now).days
    names = "pool a (kubelet), pool b (kubelet), pool c (kubelet) and 1 more"
    assert (today.words, today.consumer_words) == ("Fetched 10 times", names)
    assert (before.words, before.consumer_words) == ("Fetched", "pool a (kubelet)")
    page = visitor.get(credentials_url(row.workspace, "detail", pk=row.pk)).content.decode()
    assert "Fetched 10 times" in page
    assert names in page


def test_a_person_who_exported_is_not_named_in_what_happened(
    row: Credential, now: datetime
) -> None:
    alice = cast.alice()
    count_fetch(row, Consumer(alice, FetchKind.EXPORT, alice.email), now)
    row.refresh_from_db()
    [day] = seen(row, now).days
    assert day.consumer_words == "export"


def test_each_consumer_is_shown_once_with_its_version(row: Credential, now: datetime) -> None:
    fetched(row, now - timedelta(days=3))
    fetched(row, now - timedelta(days=2), address="192.0.2.2")
    fetched(row, now - timedelta(days=1), address="192.0.2.2", version=2)
    found = seen(row, now)
    assert [(each.address, each.version, each.has_old) for each in found.shown] == [
        ("192.0.2.1", 1, True),
        ("192.0.2.2", 2, False),
    ]
    assert (found.lately, found.behind) == (2, 1)
    assert found.behind_words.startswith("1 consumer still has the old secret")
    assert found.lately_words == "2 consumers fetched it in the last 7 days."


def test_who_fetched_long_ago_is_shown_and_not_counted(row: Credential, now: datetime) -> None:
    fetched(row, now - timedelta(days=8))
    fetched(row, now - timedelta(days=1), address="192.0.2.2", version=2)
    found = seen(row, now)
    assert (len(found.shown), found.lately, found.behind) == (2, 1, 0)


def test_what_nobody_fetched_costs_no_query(
    row: Credential, now: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert seen(row, now) == ConsumersView()


def test_many_consumers_are_cut_and_counted(row: Credential, now: datetime) -> None:
    for number in range(MOST_SHOWN + 3):
        fetched(row, now, address=f"192.0.2.{number}")
    found = seen(row, now)
    assert (len(found.shown), found.more, found.lately) == (MOST_SHOWN, 3, MOST_SHOWN + 3)


def test_a_flood_of_addresses_is_counted_without_them(
    row: Credential, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetches, "MOST_A_DAY", 2)
    for number in range(5):
        fetched(row, now, address=f"192.0.2.{number}")
    rows = Fetch.objects.order_by("pk").values_list("address", "count")
    assert list(rows) == [("192.0.2.0", 1), ("192.0.2.1", 1), ("", 3)]


def test_fetches_are_deleted_after_ninety_days_and_when_it_moves(
    seat: Seat, row: Credential, now: datetime
) -> None:
    fetched(row, now - timedelta(days=91))
    fetched(row, now - timedelta(days=89))
    delete_old_fetches(now=now)
    assert Fetch.objects.count() == 1
    there = cast.workspace("other")
    move_credential(seat, row, there, secret=Secret("made-up-password-2"), name="deploy")
    assert Fetch.objects.count() == 0


def test_what_was_fetched_lately_is_not_unused(row: Credential, now: datetime) -> None:
    Credential.objects.filter(pk=row.pk).update(
        secret_set_at=now - timedelta(days=200), use_seen=UseSeen.NEVER, use_told_at=now
    )
    row.refresh_from_db()
    assert is_unused(row, now)
    assert Credential.objects.filter(unused(now), pk=row.pk).exists()
    fetched(row, now - timedelta(days=1))
    assert not is_unused(row, now)
    assert not Credential.objects.filter(unused(now), pk=row.pk).exists()
    later = now + timedelta(days=120)
    Credential.objects.filter(pk=row.pk).update(use_told_at=later)
    row.refresh_from_db()
    assert is_unused(row, later)


def page(visitor: Client, row: Credential, view: str) -> str:
    told = visitor.get(credentials_url(row.workspace, view, pk=row.pk))
    return str(told.content.decode())


def test_the_pages_say_who_would_notice(
    visitor: Client, seat: Seat, row: Credential, now: datetime
) -> None:
    for view in ("detail", "delete", "replace"):
        assert "fetched" not in page(visitor, row, view).split("<main")[1]
    fetched(row, now - timedelta(days=1))
    fetched(row, now, address="192.0.2.2", version=2)
    detail = page(visitor, row, "detail")
    assert "Where used" in detail
    assert "old, version 1" in detail
    assert "192.0.2.1" in detail
    for view in ("delete", "replace"):
        told = page(visitor, row, view)
        assert "2 consumers fetched it in the last 7 days." in told
        assert "1 consumer still has the old secret" in told
    viewer = cast.client_for(cast.someone(seat.workspace, "viewer"))
    assert "Where used" in page(viewer, row, "detail")
    assert "192.0.2.1" not in page(viewer, row, "detail")
