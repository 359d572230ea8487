"""The bar of the list: what it changes, what it says, and the button that undoes it."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

from credentials_app.models import BulkChange, BulkCheck, Credential, tags_of
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from workspaces.places import credentials_url
from workspaces.plain_form import TOKEN_HERE
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
NAMES = ("api-1", "api-2", "web-1")


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    found = scenes.seat()
    for name in NAMES:
        scenes.checked(scenes.stored(name, by=found), Outcome.REJECTED)
    return found


def keys(*names: str) -> list[str]:
    found: list[UUID] = list(Credential.objects.filter(name__in=names).values_list("pk", flat=True))
    return [str(pk) for pk in found]


def press(visitor: Client, seat: Seat, act: str, **fields: Any) -> str:
    """Press a button of the bar; the page that follows."""
    view = "mute_many" if act in {"snooze", "acknowledge"} else "change_many"
    address = credentials_url(seat.workspace, view)
    return visitor.post(address, {"act": act, **fields}, follow=True).content.decode()


def with_status(status: Status) -> set[str]:
    return set(Credential.objects.filter(status=status).values_list("name", flat=True))


def test_the_ticked_ones_are_paused_and_undone(visitor: Client, seat: Seat) -> None:
    page = press(visitor, seat, "pause", pk=keys("api-1", "web-1"))
    assert "Paused: 2." in page
    assert with_status(Status.PAUSED) == {"api-1", "web-1"}
    address = credentials_url(seat.workspace, "undo_many", pk=BulkChange.objects.get().pk)
    assert f'action="{address}"' in page
    page = visitor.post(address, follow=True).content.decode()
    assert "Undone for 2." in page
    assert with_status(Status.PAUSED) == set()
    assert "This can no longer be undone." in visitor.post(address, follow=True).content.decode()


def test_all_that_match_are_changed_whatever_page_they_are_on(visitor: Client, seat: Seat) -> None:
    press(visitor, seat, "pause", whole="1", q="api", status="refused", page="7")
    assert with_status(Status.PAUSED) == {"api-1", "api-2"}


def test_the_chips_of_the_list_and_the_fields_of_the_bar_do_not_mix(
    visitor: Client, seat: Seat
) -> None:
    bob = cast.participant(seat.workspace, cast.bob())
    Credential.objects.filter(name="web-1").update(owner=seat.user)
    chips = {"owner": [str(seat.user.pk), "nobody"], "ends": ["none"], "q": "web"}
    page = visitor.get(credentials_url(seat.workspace, "list"), chips).content.decode()
    [form] = re.findall(r'<form id="choose".*?</form>', page, re.DOTALL)
    sent = [pair for pair in re.findall(r'name="(\w+)" value="([^"]*)"', form) if pair[0] in chips]
    assert sent == [(name, value) for name in ("q",) for value in ["web"]] + [
        ("owner", value) for value in sorted(chips["owner"])
    ] + [("ends", "none")]
    names = re.findall(r'<(?:select|input) [^>]*name="(\w+)"', form)
    assert {"new_owner", "new_end"} <= set(names)
    press(visitor, seat, "owner", whole="1", new_owner=str(bob.pk), **chips)
    assert list(Credential.objects.filter(owner=bob).values_list("name", flat=True)) == ["web-1"]


def test_the_list_comes_back_as_it_was(visitor: Client, seat: Seat) -> None:
    address = credentials_url(seat.workspace, "change_many")
    sent = {"act": "pause", "pk": keys("api-1"), "q": "api", "sort": "-name", "size": "50"}
    sent |= {"access": ["pull", "push"]}
    answer = visitor.post(address, sent)
    done = BulkChange.objects.get()
    query = "q=api&access=pull&access=push&sort=-name&size=50"
    listed = credentials_url(seat.workspace, "list")
    assert answer.headers["Location"] == f"{listed}?{query}&did={done.pk}"


def test_owner_and_end_are_set(visitor: Client, seat: Seat) -> None:
    bob = cast.participant(seat.workspace, cast.bob())
    assert "Owner set: 1." in press(visitor, seat, "owner", pk=keys("api-1"), new_owner=str(bob.pk))
    assert Credential.objects.get(name="api-1").owner == bob
    assert "End date set: 1." in press(
        visitor, seat, "ends", pk=keys("api-1"), new_end="2030-01-31"
    )
    assert str(Credential.objects.get(name="api-1").expires_on) == "2030-01-31"


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("ends", {"new_end": "31.1.2030"}, "Write the end date as 2027-01-31"),
        ("ends", {"new_end": "01/31/2030"}, "Write the end date as 2027-01-31"),
        ("ends", {"new_end": "0001-01-01"}, "an end date is between 2000 and 2199"),
        ("ends", {"new_end": "9999-12-31"}, "an end date is between 2000 and 2199"),
        ("owner", {"new_owner": "made-up"}, "not in the workspace"),
        ("snooze", {}, "Choose for how many days"),
        ("snooze", {"days": "400"}, "Choose for how many days"),
        ("made-up", {}, "Press one of the buttons"),
        ("", {}, "Press one of the buttons"),
        ("resume", {}, "applies to none"),
        ("pause", {"pk": "made-up"}, "applies to none"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    visitor: Client, seat: Seat, act: str, fields: dict[str, str], words: str
) -> None:
    assert words in press(visitor, seat, act, **{"pk": keys("api-1"), **fields})
    assert not BulkChange.objects.exists()


def test_an_action_does_not_look_at_the_field_of_another(visitor: Client, seat: Seat) -> None:
    press(visitor, seat, "pause", pk=keys("api-1"), new_end="made-up", days="x", new_owner="x")
    assert with_status(Status.PAUSED) == {"api-1"}


def test_muting_is_not_changing_and_the_other_way_round(visitor: Client, seat: Seat) -> None:
    for view, act in (("change_many", "snooze"), ("mute_many", "pause")):
        sent = {"act": act, "pk": keys("api-1"), "days": "7"}
        visitor.post(credentials_url(seat.workspace, view), sent)
    assert not BulkChange.objects.exists()


@pytest.mark.parametrize(
    ("role", "offered"),
    [("viewer", set()), ("user", {"Check"}), ("maintainer", {"Check", "Pause", "Snooze"})],
)
def test_the_bar_offers_what_one_may_do(seat: Seat, role: str, offered: set[str]) -> None:
    visitor = cast.client_for(cast.someone(seat.workspace, role))
    page = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    assert {word for word in ("Check", "Pause", "Snooze") if f"{word}</button>" in page} == offered


def test_the_key_enter_neither_checks_nor_changes_anything(visitor: Client, seat: Seat) -> None:
    """A browser presses the first button of the form."""
    page = visitor.get(credentials_url(seat.workspace, "list"), {"q": "api"}).content.decode()
    first = re.search(r'<button [^>]*form="choose"[^>]*>|<form id="choose"', page)
    assert first
    assert first[0].startswith("<button")
    assert "name=" not in first[0]
    answer = visitor.post(
        credentials_url(seat.workspace, "check_many"), {"pk": keys("api-1"), "q": "api"}
    )
    assert answer.headers["Location"].endswith("?q=api")
    assert "Press one of the buttons" in visitor.get(answer.headers["Location"]).content.decode()
    assert not BulkCheck.objects.exists()


def tags_now() -> dict[str, tuple[str, ...]]:
    return {row.name: tags_of(row) for row in Credential.objects.all()}


def test_a_tag_is_added_to_all_that_match_removed_from_some_and_undone(
    visitor: Client, seat: Seat
) -> None:
    page = press(visitor, seat, "tag", whole="1", q="api", new_tags="Prod, team/api")
    assert "Tagged: 2." in page
    both = ("prod", "team/api")
    assert tags_now() == {"api-1": both, "api-2": both, "web-1": ()}
    page = press(visitor, seat, "untag", pk=keys("api-2", "web-1"), new_tags="prod")
    assert "Tag removed: 1." in page
    assert tags_now()["api-2"] == ("team/api",)
    done = BulkChange.objects.get(action="untag")
    address = credentials_url(seat.workspace, "undo_many", pk=done.pk)
    assert "Undone for 1." in visitor.post(address, follow=True).content.decode()
    assert tags_now()["api-2"] == both


def test_no_button_of_the_bar_waits_for_the_field_of_another(visitor: Client, seat: Seat) -> None:
    page = visitor.get(credentials_url(seat.workspace, "list")).content.decode()
    [form] = re.findall(r'<form id="choose".*?</form>', page, re.DOTALL)
    assert 'name="new_tags"' in form
    assert not re.search(r"\srequired\b", form)


def test_the_tag_of_the_list_is_not_the_one_to_be_added(visitor: Client, seat: Seat) -> None:
    press(visitor, seat, "tag", pk=keys("api-1"), new_tags="ci")
    press(visitor, seat, "tag", whole="1", tag="ci", new_tags="prod")
    assert tags_now() == {"api-1": ("ci", "prod"), "api-2": (), "web-1": ()}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type at least one tag."),
        (" , ", "Type at least one tag."),
        ("größe", "“größe” cannot be a tag"),
        (SAMPLES[0], TOKEN_HERE),
    ],
)
@pytest.mark.parametrize("act", ["tag", "untag"])
def test_what_is_no_tag_changes_nothing_and_is_explained(
    visitor: Client, seat: Seat, act: str, typed: str, words: str
) -> None:
    page = press(visitor, seat, act, whole="1", new_tags=typed)
    assert words in page
    assert SAMPLES[0] not in page
    assert not BulkChange.objects.exists()
