"""Whether images can be pulled: what works, what does not, and what cannot be told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app.models import Credential
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
IMAGE = "registry.example.org/team/app:1.4"


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def told(seat: Seat, *images: str, **body: Any) -> list[tuple[str, str | None]]:
    """What each image gets: whether it works, and which credential."""
    token = token_for(seat.user, seat.workspace, prefixes=body.pop("prefixes", ()))
    answer = call("POST", "/preflight", token, {"images": list(images), **body})
    assert answer.status == 200, answer.data
    assert all(each["words"] for each in answer.data["items"])
    return [(each["works"], each["credential"]) for each in answer.data["items"]]


@pytest.fixture
def seat() -> Seat:
    return scenes.seat()


@pytest.mark.parametrize(
    ("outcome", "works"),
    [
        (Outcome.VALID, "yes"),
        (Outcome.UNPROVED, "unknown"),
        (Outcome.UNREACHABLE, "unknown"),
        (Outcome.REVOKED, "no"),
        (Outcome.EXPIRED, "no"),
    ],
)
def test_a_fresh_check_is_told(seat: Seat, outcome: Outcome, works: str) -> None:
    scenes.checked(scenes.stored(by=seat), outcome)
    assert told(seat, IMAGE) == [(works, "deploy")]


def test_an_old_check_is_made_again(seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    old = database_now() - timedelta(hours=2)
    Credential.objects.filter(pk=row.pk).update(last_checked_at=old, last_conclusive_at=old)
    assert told(seat, IMAGE, max_age_minutes=180) == [("yes", "deploy")]
    assert told(seat, IMAGE) == [("pending", "deploy")]
    row.refresh_from_db()
    assert row.asked_at is not None
    scenes.checked(row, Outcome.VALID)
    assert told(seat, IMAGE) == [("yes", "deploy")]


def test_the_order_is_that_of_the_images(seat: Seat) -> None:
    scenes.checked(scenes.stored("team", by=seat, repository="team"), Outcome.VALID)
    found = told(seat, "nginx", IMAGE, "registry.example.org/other/app", IMAGE)
    assert found == [("no", None), ("yes", "team"), ("no", None), ("yes", "team")]


def test_more_checks_than_one_may_ask_for_are_not_told(seat: Seat) -> None:
    for number in range(12):
        row = scenes.stored(f"c{number}", by=seat, repository=f"team/x{number}")
        Credential.objects.filter(pk=row.pk).update(asked_at=None, next_check_at=None)
    images = [f"registry.example.org/team/x{number}" for number in range(12)]
    states = [works for works, _name in told(seat, *images)]
    assert set(states) == {"pending", "unknown"}
    assert states.count("pending") == 10


def test_a_limited_token_is_told_of_its_prefix_alone(seat: Seat) -> None:
    scenes.checked(scenes.stored("whole", by=seat), Outcome.VALID)
    assert told(seat, IMAGE, prefixes=("registry.example.org/team",)) == [("no", None)]


@pytest.mark.parametrize(
    "body", [{"images": []}, {"images": ["a b/c"]}, {"images": ["x"] * 201}, {"images": [""]}]
)
def test_a_wrong_list_is_named(seat: Seat, body: dict[str, Any]) -> None:
    token = token_for(seat.user, seat.workspace)
    assert call("POST", "/preflight", token, body).code == "invalid"


def test_a_viewer_asks_for_no_checks(seat: Seat) -> None:
    viewer = cast.someone(seat.workspace, "viewer")
    token = token_for(viewer, seat.workspace)
    assert call("POST", "/preflight", token, {"images": [IMAGE]}).status == 403
