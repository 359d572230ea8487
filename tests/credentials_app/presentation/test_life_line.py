"""The life of a secret on one axis."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from credentials_app.models import Credential
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.life_line import LENGTH, LifeLine, life_line

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
STORED = NOW - timedelta(days=100)


def line(
    first_good: datetime | None = None, changes: tuple[datetime, ...] = (), **columns: Any
) -> LifeLine:
    usual = {"server": "https://registry.example.org", "status": "valid", "provider": "generic"}
    row = Credential(**{**usual, "secret_set_at": STORED, "status_since": STORED, **columns})
    return life_line(replace(credential_view(row, NOW)), first_good, list(changes))


def places(shown: LifeLine) -> dict[str, int]:
    return {point.kind: point.x for point in shown.points}


def test_without_an_end_the_axis_goes_from_stored_to_today() -> None:
    shown = line(first_good=STORED + timedelta(days=25))
    assert places(shown) == {"stored": 0, "good": 150}
    assert (shown.today, shown.good_from, shown.good_until) == (LENGTH, 150, LENGTH)


def test_an_end_to_come_makes_room_after_today() -> None:
    shown = line(expires_on=date(2027, 3, 9))
    assert shown.points[-1].word == "Ends"
    assert shown.points[-1].x == LENGTH
    assert 0 < shown.today < LENGTH


def test_a_past_end_lies_before_today() -> None:
    shown = line(expires_on=date(2026, 10, 10), status="expired")
    ends = {point.kind: (str(point.word), point.x) for point in shown.points}
    assert ends["end"][0] == "Ended"
    assert ends["end"][1] < shown.today == LENGTH


def test_a_bad_one_is_good_until_it_turned_bad() -> None:
    bad = NOW - timedelta(days=50)
    shown = line(first_good=STORED, status="refused", status_since=bad)
    assert (shown.good_from, shown.good_until, shown.bad_from) == (0, 300, 300)
    assert [str(point.word) for point in shown.points] == ["Stored", "First good", "Refused since"]


def test_one_that_ended_by_itself_is_bad_since_its_end() -> None:
    end = NOW - timedelta(days=25)
    shown = line(first_good=STORED, expires_at=end, expires_source="provider", last_good_at=end)
    assert (shown.good_until, shown.bad_from) == (450, 450)
    assert str(shown.points[-1].word) in ("Expired since", "Ended")
    assert shown.points[-1].at == shown.points[-2].at == end


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, LENGTH),
        ({"could_not_look_shown": True}, 300),
        ({"status": "paused"}, 300),
        ({"status": "unverified"}, 300),
        ({"status": "refused", "status_since": NOW - timedelta(days=10)}, 300),
    ],
)
def test_it_is_good_for_as_long_as_it_was_seen_to_work(
    columns: dict[str, Any], expected: int
) -> None:
    shown = line(first_good=STORED, last_good_at=NOW - timedelta(days=50), **columns)
    assert shown.good_until == expected


def test_what_was_before_this_secret_is_not_on_its_axis() -> None:
    before = STORED - timedelta(days=3)
    shown = line(first_good=before, changes=(before, NOW - timedelta(days=10)))
    assert (places(shown), shown.good_from, list(shown.flags)) == ({"stored": 0}, None, [540])
    shown = line(status="refused", status_since=before)
    assert (places(shown), shown.bad_from) == ({"stored": 0}, None)


def test_one_stored_this_moment_has_an_axis() -> None:
    shown = line(secret_set_at=NOW, first_good=NOW, status_since=NOW)
    assert (places(shown), shown.today) == ({"stored": 0, "good": 0}, 0)


def test_only_an_old_secret_gets_a_hint() -> None:
    assert line(secret_set_at=NOW - timedelta(days=179, hours=23)).hint == ""
    assert line(secret_set_at=NOW - timedelta(days=180)).hint.startswith("This secret is 180 days")
