"""Tags on pages: typed in the form, completed, shown by rows, by facts and in the timeline."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential, Tag, tags_of
from credentials_app.presentation.tags import HUES, tag_hue
from credentials_app.services import tags
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from workspaces.places import credentials_url
from workspaces.plain_form import TOKEN_HERE
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": scenes.PASSWORD,
    "server": "registry.example.org",
    "need": "pull",
    "act": "add",
}


def added(visitor: Client, seat: Seat, typed: str) -> Any:
    return visitor.post(credentials_url(seat.workspace, "add"), {**TYPED, "tags": typed})


def text_of_page(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_what_is_typed_is_stored_and_comes_back_to_be_edited(visitor: Client, seat: Seat) -> None:
    assert added(visitor, seat, "Prod team:shop,ci").status_code == 302
    row = Credential.objects.get()
    assert tags_of(row) == ("ci", "prod", "team:shop")
    form = visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).context["form"]
    assert form["tags"].value() == "ci, prod, team:shop"


def test_an_emptied_field_takes_all_tags_away(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, tags=("prod",))
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    seen = visitor.get(address).context["form"].seen
    sent = {**TYPED, "secret": "", "tags": " ", "seen": seen}
    assert visitor.post(address, sent).status_code == 302
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ok größe", "“größe” cannot be a tag: use at most 40 letters from a to z"),
        (",".join(f"t{n}" for n in range(21)), "21 tags, and 20 are allowed: leave some out"),
        ("x" * 41, "cannot be a tag"),
        ("y " * 1000, "too many tags: leave some out of Tags"),
    ],
)
def test_what_cannot_be_stored_is_explained_at_its_field_and_kept(
    visitor: Client, seat: Seat, typed: str, words: str
) -> None:
    answer = added(visitor, seat, typed)
    form = answer.context["form"]
    assert words in str(form.errors["tags"][0])
    assert form["tags"].value() == typed
    assert not Credential.objects.exists()


def test_too_many_tags_of_a_workspace_are_refused_at_the_field(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tags, "MOST_OF_WORKSPACE", 1)
    scenes.stored("other", by=seat, tags=("a",))
    form = added(visitor, seat, "b").context["form"]
    assert "1 different tags, and 1 are allowed" in form.errors["tags"][0]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_among_the_tags_is_refused_and_not_shown(
    visitor: Client, seat: Seat, sample: str
) -> None:
    answer = added(visitor, seat, f"prod, {sample}")
    assert answer.context["form"].errors["tags"] == [TOKEN_HERE]
    assert sample not in answer.content.decode()
    assert not Credential.objects.exists()


def test_somebody_who_saved_first_shows_as_a_conflict(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, tags=("prod",))
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    sent = {**TYPED, "secret": "", "tags": "mine", "seen": "2026-01-01T00:00:00+00:00"}
    form = visitor.post(address, sent).context["form"]
    assert ("Tags", "prod") in [(str(each.label), each.value) for each in form.stored_now]


def test_the_field_completes_from_the_workspace_alone(visitor: Client, seat: Seat) -> None:
    scenes.stored(by=seat, tags=("prod", "ci"))
    scenes.stored("more", by=seat, tags=("ci",))
    elsewhere = cast.seat(cast.workspace("ops"))
    scenes.stored("there", by=elsewhere, tags=("secret-project",))
    address = credentials_url(seat.workspace, "tags")
    with CaptureQueriesContext(connection) as seen:
        assert visitor.get(address).json() == {"tags": ["ci", "prod"]}
    assert sum("credentials_app_tag" in each["sql"] for each in seen) == 1
    page = visitor.get(credentials_url(seat.workspace, "add")).content.decode()
    assert f'data-tags="{address}"' in page


def test_a_row_shows_three_tags_and_says_how_many_more(visitor: Client, seat: Seat) -> None:
    scenes.stored("many", by=seat, tags=("e", "d", "c", "b", "a"))
    scenes.stored("none", by=seat)
    answer = visitor.get(credentials_url(seat.workspace, "list"), {"sort": "name"})
    assert "Tags: a b c +2 , d, e" in text_of_page(answer)
    assert answer.content.decode().count('class="tagged"') == 1


def test_the_page_of_a_credential_leads_to_the_others_of_a_tag(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, tags=("env:prod",))
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    assert f'href="{credentials_url(seat.workspace, "list")}?tag=env%3Aprod"' in page


def test_the_timeline_tells_which_tags_came_and_went(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, tags=("prod", "ci"))
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    seen = visitor.get(address).context["form"].seen
    visitor.post(address, {**TYPED, "secret": "", "tags": "ci new", "seen": seen})
    answer = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk))
    told = [(str(each.words), str(each.detail)) for each in answer.context["entries"]]
    assert told == [("Tags changed", "with new; without prod"), ("Added", "with ci, prod")]


def test_a_tag_has_one_of_eight_colors_and_keeps_it() -> None:
    hues = {name: tag_hue(name) for name in ("prod", "staging", "ci")}
    assert len(set(hues.values())) == len(hues)
    assert hues == {name: tag_hue(name) for name in hues}
    assert {tag_hue(f"tag-{number}") for number in range(200)} == set(range(1, HUES + 1))
