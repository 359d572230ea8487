"""When news is mailed: at once, in the morning, and never too much of it in an hour."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials_app.models import Delivery, NoticeKind
from credentials_app.notices import timing

BERLIN, NEW_YORK, AUCKLAND = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Auckland")
)
KINDS = set(NoticeKind)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("pace", "kinds"),
    [
        (Delivery.AT_ONCE, KINDS),
        (Delivery.DAILY, KINDS),
        (Delivery.EXPIRY, {NoticeKind.EXPIRING, NoticeKind.BROUGHT_BACK}),
        (Delivery.NOTHING, {NoticeKind.BROUGHT_BACK}),
    ],
)
def test_what_is_wanted(pace: Delivery, kinds: set[NoticeKind]) -> None:
    assert {kind for kind in NoticeKind if timing.wants(pace, kind)} == kinds


# What the clock says in UTC, where the reader is, and when their next morning is in UTC.
MORNINGS = {
    "before eight": ("2026-03-10T06:59", BERLIN, "2026-03-10T07:00"),
    "at eight sharp": ("2026-03-10T07:00", BERLIN, "2026-03-11T07:00"),
    "in the evening": ("2026-03-10T20:00", BERLIN, "2026-03-11T07:00"),
    "the night the clocks go forward": ("2026-03-28T22:00", BERLIN, "2026-03-29T06:00"),
    "the night the clocks go back": ("2026-10-24T22:00", BERLIN, "2026-10-25T07:00"),
    "yesterday is still on over there": ("2026-03-10T03:00", NEW_YORK, "2026-03-10T12:00"),
    "tomorrow has begun over there": ("2026-03-10T12:00", AUCKLAND, "2026-03-10T19:00"),
}


@pytest.mark.parametrize("case", MORNINGS)
def test_the_next_morning(case: str) -> None:
    now, zone, morning = MORNINGS[case]
    assert timing.next_morning(at(now), zone) == at(morning)


def test_a_digest_and_what_flaps_wait_for_the_morning() -> None:
    now, morning = at("2026-03-10T12:00"), at("2026-03-11T07:00")
    assert timing.mail_due_at(Delivery.AT_ONCE, now, BERLIN) == now
    assert timing.mail_due_at(Delivery.DAILY, now, BERLIN) == morning
    assert timing.mail_due_at(Delivery.AT_ONCE, now, BERLIN, flaps=True) == morning


def sent_in(minutes: int, *, every: timedelta) -> list[datetime]:
    """When mails leave while there is always more to tell."""
    sent: list[datetime] = []
    now, end = at("2026-03-10T12:00"), at("2026-03-10T12:00") + minutes * MINUTE
    while now < end:
        if timing.may_mail(sent, now):
            sent.append(now)
        now += every
    return sent


def test_in_a_storm_five_mails_come_at_once_and_then_one_in_five_minutes() -> None:
    sent = sent_in(60, every=timedelta(seconds=1))
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert gaps[:4] == [timedelta(seconds=1)] * 4
    assert set(gaps[4:]) == {5 * MINUTE}
    assert len(sent) == 16


def test_in_no_hour_of_a_long_storm_there_are_more_than_twenty() -> None:
    sent = sent_in(600, every=timedelta(seconds=7))
    assert len(sent) > 100
    assert max(sum(start <= each < start + HOUR for each in sent) for start in sent) <= 20


@given(st.lists(st.integers(0, 7200), max_size=60))
def test_whatever_happens_when_no_hour_has_more_than_twenty(seconds: list[int]) -> None:
    sent: list[datetime] = []
    for second in sorted(seconds):
        now = at("2026-03-10T12:00") + timedelta(seconds=second)
        if timing.may_mail(sent, now):
            sent.append(now)
    for start in sent:
        assert sum(start <= each < start + HOUR for each in sent) <= 20
    assert len(sent) >= min(len(seconds), 5)
