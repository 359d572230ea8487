"""Whether a last use is one by others: our own checks are uses, too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from credentials_app.checks.last_use import JudgedUse, KnownUses, judge_use, proved_address
from credentials_app.status import UseSeen
from registry.evidence import LastUse

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
OURS, OTHER, THIRD = "198.51.100.1", "203.0.113.7", "203.0.113.8"
STORED = NOW - 100 * DAY
EARLIER = NOW - 12 * HOUR
UNKNOWN = KnownUses(frozenset(), frozenset(), None, (), STORED)
AT_FIRST = replace(UNKNOWN, own=frozenset({OURS}))
KNOWN = replace(AT_FIRST, addresses=frozenset({OURS}))
WITH_OTHER = replace(AT_FIRST, addresses=frozenset({OURS, OTHER}))
OTHERS, NEVER, ONLY_OURS, HIDDEN = UseSeen.OTHERS, UseSeen.NEVER, UseSeen.OURS, UseSeen.HIDDEN


def news(*addresses: str) -> frozenset[str]:
    return frozenset(addresses)


ROWS = [
    # by the time
    ("this call", LastUse(NOW), UNKNOWN, JudgedUse(HIDDEN, None)),
    ("14 minutes before us", LastUse(NOW - 14 * MINUTE), UNKNOWN, JudgedUse(HIDDEN, None)),
    ("15 minutes before us", LastUse(NOW - 15 * MINUTE), UNKNOWN, JudgedUse(HIDDEN, None)),
    (
        "16 minutes before us",
        LastUse(NOW - 16 * MINUTE),
        UNKNOWN,
        JudgedUse(OTHERS, NOW - 16 * MINUTE),
    ),
    ("after us, by a clock", LastUse(NOW + 14 * MINUTE), UNKNOWN, JudgedUse(HIDDEN, None)),
    (
        "near an earlier check",
        LastUse(EARLIER + 10 * MINUTE),
        replace(UNKNOWN, calls=(EARLIER,)),
        JudgedUse(HIDDEN, None),
    ),
    (
        "between two checks",
        LastUse(EARLIER + HOUR),
        replace(UNKNOWN, calls=(EARLIER,)),
        JudgedUse(OTHERS, EARLIER + HOUR),
    ),
    ("near the trial that stored it", LastUse(STORED), UNKNOWN, JudgedUse(HIDDEN, None)),
    ("before we had it", LastUse(STORED - DAY), UNKNOWN, JudgedUse(OTHERS, STORED - DAY)),
    ("when our runs are gone", LastUse(NOW - 40 * DAY), UNKNOWN, JudgedUse(HIDDEN, None)),
    (
        "the use that counted already",
        LastUse(NOW - 40 * DAY),
        replace(UNKNOWN, used_at=NOW - 40 * DAY),
        JudgedUse(OTHERS, NOW - 40 * DAY),
    ),
    (
        "the same, a little moved by the clocks",
        LastUse(NOW - 40 * DAY + timedelta(seconds=9)),
        replace(UNKNOWN, used_at=NOW - 40 * DAY),
        JudgedUse(OTHERS, NOW - 40 * DAY + timedelta(seconds=9)),
    ),
    (
        "our own call that showed the use of others",
        LastUse(EARLIER),
        replace(UNKNOWN, used_at=EARLIER, calls=(EARLIER,)),
        JudgedUse(HIDDEN, EARLIER),
    ),
    (
        "hidden after one that counted",
        LastUse(NOW),
        replace(UNKNOWN, used_at=NOW - 40 * DAY),
        JudgedUse(HIDDEN, NOW - 40 * DAY),
    ),
    ("never", LastUse(None), UNKNOWN, JudgedUse(NEVER, None)),
    ("never, and an empty list", LastUse(None, ()), UNKNOWN, JudgedUse(NEVER, None)),
    (
        "never, after a use that counted",
        LastUse(None),
        replace(UNKNOWN, used_at=EARLIER),
        JudgedUse(HIDDEN, EARLIER),
    ),
    # by the address
    ("only ours", LastUse(NOW, (OURS,)), KNOWN, JudgedUse(ONLY_OURS, None)),
    ("only ours, the first list", LastUse(NOW, (OURS,)), AT_FIRST, JudgedUse(ONLY_OURS, None)),
    ("an empty list", LastUse(NOW, ()), KNOWN, JudgedUse(HIDDEN, None)),
    ("ours is not known", LastUse(NOW, (OTHER,)), UNKNOWN, JudgedUse(HIDDEN, None)),
    ("ours is not listed", LastUse(NOW, (OTHER,)), KNOWN, JudgedUse(HIDDEN, None)),
    ("one of others, first list", LastUse(NOW, (OURS, OTHER)), AT_FIRST, JudgedUse(OTHERS, NOW)),
    (
        "a new one of others",
        LastUse(NOW, (OURS, OTHER)),
        KNOWN,
        JudgedUse(OTHERS, NOW, news(OTHER)),
    ),
    ("a known one of others", LastUse(NOW, (OURS, OTHER)), WITH_OTHER, JudgedUse(HIDDEN, None)),
    (
        "a second one of others",
        LastUse(NOW, (OURS, OTHER, THIRD)),
        WITH_OTHER,
        JudgedUse(OTHERS, NOW, news(THIRD)),
    ),
    (
        "a time of others and a new address",
        LastUse(NOW - HOUR, (OURS, OTHER)),
        KNOWN,
        JudgedUse(OTHERS, NOW - HOUR, news(OTHER)),
    ),
    (
        "two of ours",
        LastUse(NOW, (OURS, THIRD)),
        replace(KNOWN, own=frozenset({OURS, THIRD})),
        JudgedUse(ONLY_OURS, None),
    ),
    (
        "a list that may lack one",
        LastUse(NOW, tuple(f"198.51.100.{n}" for n in range(1, 6))),
        replace(KNOWN, own=frozenset(f"198.51.100.{n}" for n in range(1, 6))),
        JudgedUse(HIDDEN, None),
    ),
]


@pytest.mark.parametrize(
    ("use", "known", "found"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_only_a_use_by_others_counts(use: LastUse, known: KnownUses, found: JudgedUse) -> None:
    assert judge_use(use, known, NOW) == found


@pytest.mark.parametrize(
    ("use", "proved"),
    [
        pytest.param(LastUse(NOW, (OURS,)), OURS, id="alone, and the last use is this call"),
        pytest.param(LastUse(NOW - 4 * timedelta(seconds=1), (OURS,)), OURS, id="whole seconds"),
        pytest.param(LastUse(NOW - MINUTE, (OTHER,)), "", id="somebody was here a minute ago"),
        pytest.param(LastUse(NOW, (OTHER, OURS)), "", id="one of two"),
        pytest.param(LastUse(NOW, ()), "", id="none"),
        pytest.param(LastUse(NOW), "", id="not told"),
        pytest.param(LastUse(None, (OURS,)), "", id="never used"),
    ],
)
def test_an_address_that_only_our_call_can_have_left_is_ours(use: LastUse, proved: str) -> None:
    assert proved_address(use, NOW) == proved
