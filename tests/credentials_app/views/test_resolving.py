"""The page that says which credential an image gets."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential
from credentials_app.services.actions import pause_credential
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import BODY
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
IMAGE = "registry.example.org/team/app:1.4"


def asked(visitor: Client, seat: Seat, image: str = IMAGE, **more: str) -> str:
    values = {"image": image, **more}
    answer = visitor.get(credentials_url(seat.workspace, "image"), values)
    assert answer.status_code == 200
    return str(answer.content.decode())


def winner(told: str) -> str:
    """The part of the page about the credential that the image gets."""
    return told.split('id="winner"')[1].split("</section>")[0]


def test_it_names_the_credential_and_why(visitor: Client, seat: Seat) -> None:
    scenes.stored("whole", by=seat)
    scenes.checked(scenes.stored("team", by=seat, repository="team"), Outcome.VALID)
    told = asked(visitor, seat)
    assert "team</a></h2>" in winner(told)
    assert "Its repository is the longest one that contains the image." in winner(told)
    assert "Yes" in winner(told)
    others = told.split('id="others_head"')[1]
    assert "whole</a>" in others
    assert "Its repository contains the image, but it is shorter." in others


def test_what_could_not_be_checked_is_given_out_if_it_worked_before(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    for _time in range(4):
        row = scenes.checked(row, Outcome.UNREACHABLE)
    assert row.could_not_look_since
    assert "Yes" in winner(asked(visitor, seat))
    row = scenes.checked(row, Outcome.EXPIRED)
    for _time in range(4):
        scenes.checked(row, Outcome.UNREACHABLE)
    assert "It has expired." in winner(asked(visitor, seat))


def test_what_is_paused_is_named_and_not_given_out(visitor: Client, seat: Seat) -> None:
    pause_credential(seat, scenes.stored(by=seat))
    told = winner(asked(visitor, seat))
    assert "deploy</a>" in told
    assert "It is paused. Resume it first." in told


def test_the_need_is_asked_for(visitor: Client, seat: Seat) -> None:
    scenes.stored(by=seat, push=True)
    assert "leaves only when push is asked for" in winner(asked(visitor, seat))
    assert "Yes" in winner(asked(visitor, seat, need="push"))


def test_what_was_asked_for_is_chosen_in_the_form(visitor: Client, seat: Seat) -> None:
    for told, chosen in (
        (asked(visitor, seat), "pull"),
        (asked(visitor, seat, need="push"), "push"),
    ):
        (choice,) = re.findall(r"<input[^>]* checked[^>]*>", told)
        assert f'value="{chosen}"' in choice


def test_without_a_credential_it_says_so(visitor: Client, seat: Seat) -> None:
    scenes.stored("team", by=seat, repository="team")
    assert "No credential is for this image" in asked(visitor, seat, "nginx")
    told = asked(visitor, seat, "registry.example.org/other/app")
    assert "The credentials of its server are for other repositories." in told
    assert "It is for another repository of this server." in told


@pytest.mark.parametrize(
    ("image", "error"),
    [
        ("", "Type the name of an image"),
        ("registry.example.org", "This names a server alone"),
        ("registry.example.org/a b", "made of lower-case letters"),
        (f"glpat-{BODY[:20]}", "This looks like a token"),
    ],
)
def test_what_is_no_image_gets_a_sentence(
    visitor: Client, seat: Seat, image: str, error: str
) -> None:
    told = asked(visitor, seat, image)
    assert error in told
    assert 'id="winner"' not in told


def test_the_page_is_empty_until_an_image_is_named(visitor: Client, seat: Seat) -> None:
    told = visitor.get(credentials_url(seat.workspace, "image")).content.decode()
    assert "error" not in told.split("<main")[1].split("</main>")[0]
    assert "winner" not in told


def test_credentials_of_another_workspace_are_not_named(visitor: Client, seat: Seat) -> None:
    scenes.stored("elsewhere", by=cast.seat(cast.workspace("other")))
    told = asked(visitor, seat)
    assert "elsewhere" not in told
    assert "This workspace has no credential of" in told


def test_a_deleted_credential_is_not_named(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    Credential.objects.filter(pk=row.pk).update(deleted_at=row.created_at)
    assert "No credential is for this image" in asked(visitor, seat)


def test_a_viewer_sees_it_and_the_number_of_statements_is_constant(seat: Seat) -> None:
    viewer: Any = cast.client_for(cast.someone(seat.workspace, "viewer"))
    counts = []
    for number in (1, 30):
        for each in range(number):
            scenes.stored(f"c{number}-{each}", by=seat, repository=f"team/x{each}")
        scenes.stored(f"team-{number}", by=seat, repository="team")
        with CaptureQueriesContext(
            connection,
        ) as statements:
            asked(viewer, seat)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8
    assert "and 12 more of this server" in asked(viewer, seat)
