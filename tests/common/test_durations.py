"""Durations as people write them, and back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.durations import NoDuration, read_duration, write_duration

READ = {
    "15m": timedelta(minutes=15),
    "90 min": timedelta(minutes=90),
    "1 minute": timedelta(minutes=1),
    "45 Minutes": timedelta(minutes=45),
    " 12h ": timedelta(hours=12),
    "36 hours": timedelta(hours=36),
    "1 hour": timedelta(hours=1),
    "30D": timedelta(days=30),
    "1 day": timedelta(days=1),
    "7 days": timedelta(days=7),
}
NONE = ["", "12", "h", "0h", "-1h", "1.5h", "012h", "12 h 30 m", "12w", "1  h", "1000000m", "١h"]


@pytest.mark.parametrize("text", READ)
def test_what_people_write_is_read(text: str) -> None:
    assert read_duration(text) == READ[text]


@pytest.mark.parametrize("text", NONE)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(NoDuration):
        read_duration(text)


@pytest.mark.parametrize(
    ("minutes", "text"), [(15, "15m"), (60, "1h"), (90, "90m"), (1440, "1d"), (2160, "36h")]
)
def test_the_largest_unit_that_fits_is_written(minutes: int, text: str) -> None:
    assert write_duration(timedelta(minutes=minutes)) == text


@given(st.integers(1, 60 * 24 * 60))
def test_what_is_written_is_read_as_the_same(minutes: int) -> None:
    assert read_duration(write_duration(timedelta(minutes=minutes))) == timedelta(minutes=minutes)
