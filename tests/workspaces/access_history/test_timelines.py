"""The value of a fact at each moment, and from when on it is certain."""

from datetime import UTC, datetime, timedelta

import pytest

from workspaces.access_history.facts import NO, YES, Fact, FactChange, FactKind
from workspaces.access_history.timelines import NEVER, Held, Replay, replay

FACT = Fact(FactKind.ROLE, "web", "bob")
START = datetime(2026, 5, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def change(number: int, value: str, old: str | None) -> FactChange:
    return FactChange(FACT, day(number), value, old)


def values(found: Replay, *days: int) -> list[str]:
    return [found.timelines[FACT].at(day(number)) for number in days]


def test_a_value_holds_from_its_event_to_the_next() -> None:
    events = [change(1, "viewer", NO), change(3, "admin", "viewer"), change(5, NO, "admin")]
    found = replay(events, {})
    assert values(found, 0, 1, 2, 3, 4, 5, 6) == [NO, "viewer", "viewer", "admin", "admin", NO, NO]
    assert found.exact_from is None


def test_the_first_event_says_what_was_before_it() -> None:
    found = replay([change(3, NO, "admin")], {})
    assert values(found, 0, 2, 3) == ["admin", "admin", NO]


def test_the_value_changes_at_the_moment_of_the_event_and_not_before() -> None:
    found = replay([change(3, "admin", NO)], {FACT: Held("admin")})
    just_before = day(3) - timedelta(microseconds=1)
    assert found.timelines[FACT].at(just_before) == NO
    assert found.timelines[FACT].changes_within(day(3), day(9)) == ()
    assert found.timelines[FACT].changes_within(just_before, day(3)) == ()
    assert found.timelines[FACT].changes_within(just_before, day(9)) == (day(3),)


def test_two_events_at_one_moment_count_in_the_order_of_the_log() -> None:
    found = replay([change(3, "admin", NO), change(3, NO, "admin")], {})
    assert values(found, 2, 3, 4) == [NO, NO, NO]


def test_a_clock_that_went_back_does_not_mix_up_the_order() -> None:
    found = replay([change(3, "admin", NO), change(2, NO, "admin")], {})
    assert values(found, 2, 3, 4) == [NO, NO, NO]


Doubt = tuple[list[FactChange], dict[Fact, Held], dict[str, datetime], datetime | None]
DOUBTS: dict[str, Doubt] = {
    "a row that no event made counts from its own time": (
        [], {FACT: Held("admin", day(2))}, {}, day(2),
    ),
    "a row without event and time is certain only now": ([], {FACT: Held("admin")}, {}, NEVER),
    "a row that is older than what was removed is certain": (
        [], {FACT: Held("admin", day(2))}, {"begins": day(4)}, day(4),
    ),
    "a row that came after what was removed needs an event": (
        [], {FACT: Held("admin", day(6))}, {"begins": day(4)}, day(6),
    ),
    "an event that tells another past than the one before": (
        [change(1, "viewer", NO), change(4, NO, "admin")], {}, {}, day(4),
    ),
    "a row of now that differs from the last event": (
        [change(1, "viewer", NO)], {FACT: Held("admin")}, {}, NEVER,
    ),
    "a row that is gone without an event": ([change(1, "viewer", NO)], {}, {}, NEVER),
    "an event that says less explains what differs later": (
        [change(1, "viewer", NO)], {FACT: Held("admin")}, {"vague": day(2)}, day(2),
    ),
    "an event that says less explains nothing before it": (
        [change(3, "viewer", NO)], {FACT: Held("admin")}, {"vague": day(2)}, NEVER,
    ),
    "what was not read is not compared": ([change(1, "viewer", NO)], {}, {"unread": "bob"}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_it_says_from_when_on_it_is_certain(name: str) -> None:
    changes, held, more, expected = DOUBTS[name]
    unread = frozenset([str(more["unread"])] if "unread" in more else [])
    found = replay(changes, held, begins=more.get("begins"), vague=more.get("vague"), unread=unread)
    assert found.exact_from == expected


def test_what_an_event_that_says_less_changed_holds_from_then_on() -> None:
    found = replay([change(1, "viewer", NO)], {FACT: Held("admin")}, vague=day(2))
    assert values(found, 1, 2, 3) == ["viewer", "admin", "admin"]


def test_a_team_that_is_gone_has_no_rows_to_compare() -> None:
    joined = FactChange(Fact(FactKind.IN_TEAM, "release", "bob"), day(1), YES, NO)
    gone = FactChange(Fact(FactKind.TEAM_GONE, "release"), day(2), YES, NO)
    assert replay([joined, gone], {}).exact_from is None
