"""The pages that delete credentials, and the bin."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential
from credentials_app.services import deletion
from credentials_app.views import deletion as pages
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    return scenes.seat()


def url(seat: Seat, view: str, row: Credential | None = None) -> str:
    return credentials_url(seat.workspace, view, **({"pk": row.pk} if row else {}))


def binned(seat: Seat, name: str = "deploy") -> Credential:
    row = scenes.stored(name, by=seat)
    deletion.delete_credential(seat, row)
    return row


def said(visitor: Client, address: str, **fields: object) -> str:
    """The page that follows a form, its white space as one space."""
    return " ".join(visitor.post(address, fields, follow=True).content.decode().split())


def test_the_name_is_asked_and_then_it_is_in_the_bin(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    page = visitor.get(url(seat, "delete", row)).content.decode()
    assert "must be revoked there" in page
    assert "nothing was deleted" in said(visitor, url(seat, "delete", row), name="Deploy")
    page = said(visitor, url(seat, "delete", row), name="deploy")
    assert "“deploy” was deleted. It is in the bin for seven days." in page
    page = visitor.get(url(seat, "bin")).content.decode()
    assert "deploy" in page
    assert "alice@example.org" in page
    assert "made-up-password" not in page


def test_a_tick_deletes_it_for_good(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    page = said(visitor, url(seat, "delete", row), name="deploy", for_good="on")
    assert "“deploy” was deleted for good." in page
    assert "The bin is empty" in visitor.get(url(seat, "bin")).content.decode()
    assert not Credential.every.exists()


def test_the_tick_and_the_name_stay_in_a_form_with_an_error(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    page = said(visitor, url(seat, "delete", row), name="nearly", for_good="on")
    assert 'value="nearly"' in page
    assert re.search(r'<input type="checkbox" name="for_good"[^>]* checked', page)


def test_restore_brings_it_back_with_one_click(visitor: Client, seat: Seat) -> None:
    row = binned(seat)
    page = said(visitor, url(seat, "restore", row))
    assert "“deploy” is back." in page
    assert Credential.objects.get().pk == row.pk


def test_restore_asks_for_another_name_if_it_is_taken(visitor: Client, seat: Seat) -> None:
    row = binned(seat)
    scenes.stored(by=seat)
    page = said(visitor, url(seat, "restore", row))
    assert "already has a credential of this name" in page
    assert 'value="deploy"' in page
    page = said(visitor, url(seat, "restore", row), name="not a name")
    assert "letters, digits, hyphens" in page
    assert "“deploy-2” is back." in said(visitor, url(seat, "restore", row), name="deploy-2")


def test_a_second_tab_that_restores_again_gets_no_page(visitor: Client, seat: Seat) -> None:
    row = binned(seat)
    said(visitor, url(seat, "restore", row))
    for view in ("restore", "delete_for_good"):
        assert visitor.post(url(seat, view, row), {"name": "deploy"}).status_code == 404
    assert Credential.objects.get().pk == row.pk


def test_delete_now_asks_for_the_name(visitor: Client, seat: Seat) -> None:
    row = binned(seat)
    address = url(seat, "delete_for_good", row)
    assert "cannot be undone" in visitor.get(address).content.decode()
    assert "nothing was deleted" in said(visitor, address, name="other")
    assert "was deleted for good" in said(visitor, address, name="deploy")
    assert not Credential.every.exists()


def test_many_are_named_and_their_number_is_asked(visitor: Client, seat: Seat) -> None:
    rows = [scenes.stored(name, by=seat) for name in ("a-1", "a-2", "b-1")]
    ticked = [str(row.pk) for row in rows[:2]]
    page = said(visitor, url(seat, "delete_many"), pk=ticked, act="delete")
    assert "Delete 2 credentials" in page
    assert "a-1" in page
    assert "b-1" not in page
    assert Credential.objects.count() == 3
    page = said(visitor, url(seat, "delete_many"), pk=ticked, number="3")
    assert "2 are selected now: nothing was deleted. Type this number." in page
    assert all(f'value="{key}"' in page for key in ticked)
    page = said(visitor, url(seat, "delete_many"), pk=ticked, number="two")
    assert "Type the number in digits." in page
    page = said(visitor, url(seat, "delete_many"), pk=ticked, number="2")
    assert "2 credentials were deleted. They are in the bin for seven days." in page
    assert Credential.objects.get().name == "b-1"


def test_all_that_match_are_counted_again_when_the_number_comes(
    visitor: Client, seat: Seat
) -> None:
    for name in ("a-1", "a-2", "b-1"):
        scenes.stored(name, by=seat)
    page = said(visitor, url(seat, "delete_many"), whole="1", q="a-")
    assert "Delete 2 credentials" in page
    assert 'name="q" value="a-"' in page
    scenes.stored("a-3", by=seat)
    page = said(visitor, url(seat, "delete_many"), whole="1", q="a-", number="2")
    assert "3 are selected now" in page
    said(visitor, url(seat, "delete_many"), whole="1", q="a-", number="3")
    assert Credential.objects.get().name == "b-1"


def test_without_a_tick_it_says_what_to_do(visitor: Client, seat: Seat) -> None:
    scenes.stored(by=seat)
    assert "Select the credentials" in said(visitor, url(seat, "delete_many"))
    page = said(visitor, url(seat, "delete_many"), number="1")
    assert "applies to none of the selected credentials" in page


def test_long_selections_name_some(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_NAMES", 1)
    for name in ("a-1", "a-2", "a-3"):
        scenes.stored(name, by=seat)
    assert "and 2 more" in said(visitor, url(seat, "delete_many"), whole="1")


@pytest.mark.parametrize("count", [1, 50])
def test_the_bin_asks_a_constant_number_of_queries(visitor: Client, seat: Seat, count: int) -> None:
    for number in range(count):
        binned(seat, f"row-{number}")
    visitor.get(url(seat, "bin"))
    with CaptureQueriesContext(connection) as seen:
        visitor.get(url(seat, "bin"))
    assert len(seen) <= 8


def test_a_full_bin_has_pages(visitor: Client, seat: Seat) -> None:
    for number in range(51):
        binned(seat, f"row-{number}")
    page = visitor.get(url(seat, "bin")).content.decode()
    assert 'rel="next"' in page
    assert page.count("Delete now") == 50


def test_buttons_are_for_those_who_may(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    viewer = cast.client_for(cast.someone(seat.workspace, "viewer"))
    assert url(seat, "bin") not in viewer.get(url(seat, "list")).content.decode()
    assert url(seat, "delete", row) not in viewer.get(url(seat, "detail", row)).content.decode()
    maintainer = cast.client_for(cast.someone(seat.workspace, "maintainer"))
    assert url(seat, "bin") in maintainer.get(url(seat, "list")).content.decode()
    assert url(seat, "delete", row) in maintainer.get(url(seat, "detail", row)).content.decode()
