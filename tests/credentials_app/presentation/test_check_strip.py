"""Checks at a glance: a bar for each, and equal ones folded."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from credentials_app.presentation.check_strip import BARS, check_strip, folds
from credentials_app.selectors import ShortRun
from registry.outcome import Outcome

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def runs(*outcomes: Outcome | str, counted: bool = True) -> list[ShortRun]:
    """Checks with these outcomes, the newest first, twelve hours apart."""
    return [
        ShortRun(uuid4(), NOON - timedelta(hours=12 * at), str(outcome), counted)
        for at, outcome in enumerate(outcomes)
    ]


def test_the_newest_check_stands_on_the_right_end_of_the_strip() -> None:
    strip = check_strip(runs(Outcome.REJECTED, Outcome.VALID))
    assert [bar.kind for bar in strip.bars] == ["good", "bad"]
    assert strip.bars[-1].x + 8 == strip.width
    assert strip.bars[0].x + 10 == strip.bars[1].x


def test_every_outcome_has_a_kind_and_what_proves_nothing_is_no_bad_check() -> None:
    kinds = {str(each): check_strip(runs(each)).bars[0].kind for each in Outcome}
    assert kinds["valid"] == "good"
    assert {kinds[each] for each in ("rejected", "expired", "revoked", "missing_scope")} == {"bad"}
    assert {kinds[each] for each in ("unreachable", "throttled", "banned")} == {"unseen"}


def test_a_bar_says_its_outcome_and_when() -> None:
    assert check_strip(runs(Outcome.VALID)).bars[0].words == "Valid, 30 Nov 2026, 12:00"


def test_the_words_count_what_the_checks_found() -> None:
    assert check_strip(runs(Outcome.VALID)).words == "1 check: 1 worked"
    mixed = [Outcome.UNREACHABLE, Outcome.REJECTED, Outcome.REJECTED, Outcome.VALID]
    assert check_strip(runs(*mixed)).words == (
        "Last 4 checks: 1 worked, 2 found it bad, 1 proved nothing"
    )


def test_equal_checks_in_a_row_are_one_line() -> None:
    found = runs(Outcome.VALID, Outcome.VALID, Outcome.REJECTED, Outcome.VALID)
    assert [(fold.count, fold.newest, fold.oldest) for fold in folds(found, 8)] == [
        (2, found[0], found[1]),
        (1, found[2], found[2]),
        (1, found[3], found[3]),
    ]


def test_checks_with_another_cause_are_not_equal() -> None:
    """A refusal and the check that was not sent because of it have the same outcome."""
    newest, *others = runs(*[Outcome.REJECTED] * 3)
    found = [newest._replace(cause="cause_refused_before")]
    found += [each._replace(cause="cause_rejected") for each in others]
    assert [fold.count for fold in folds(found, 8)] == [1, 2]


def test_a_check_that_does_not_count_is_no_part_of_those_that_do() -> None:
    found = runs(Outcome.VALID, counted=False) + runs(Outcome.VALID)
    assert [fold.count for fold in folds(found, 8)] == [1, 1]


def test_only_the_newest_lines_are_kept_and_only_the_oldest_read_may_be_cut() -> None:
    found = runs(*([Outcome.REJECTED] + [Outcome.VALID] * (BARS - 1)))
    assert [(fold.count, fold.is_cut) for fold in folds(found, 8)] == [(1, False), (59, True)]
    assert [fold.is_cut for fold in folds(found[:-1], 8)] == [False, False]
    assert [fold.count for fold in folds(found, 1)] == [1]


def test_without_checks_there_is_nothing() -> None:
    assert (folds([], 8), list(check_strip([]).bars)) == ([], [])
