"""`kill -9` of every part while checks run: nothing is lost, nothing is done twice."""

import random

import pytest

from tests.config.installation import Installation
from tests.crash.conftest import Tell
from tests.crash.figures import Figures
from tests.crash.registries import DELAY_S
from tests.crash.scenario import Scenario
from tests.servers.process import busy_times

pytestmark = pytest.mark.journey
IN_TURN = [("worker", 0.15), ("queue", 0.35), ("web", 0.5), ("supervisor", 0.65)]
OFTEN = ["worker"] * 38 + ["queue"] * 4 + ["web"] * 3 + ["beat"] * 3 + ["supervisor"] * 2
RECOVERED_WITHIN_S = 90
PATIENCE_S = 100
SLOW_S = 0.3  # few checks last long enough to be killed in the middle of them
MOST_EXTRA = 0.02
ENDS_WITHIN_S = 5
LONGER_THAN_A_WORKER_WAITS_S = 6.0
AT_ONCE_AT_A_REGISTRY = 5  # four of a batch, and one that a person waits for


def expect_all_once(figures: Figures) -> None:
    """Every credential recorded once, every mail sent once, nothing held, nothing running."""
    told = f"\n{figures}"
    assert figures.recorded_once == figures.credentials, told
    assert (figures.recorded_more, figures.lost, figures.other_outcomes) == (0, 0, 0), told
    assert figures.mails_once == figures.mails_expected, told
    assert (figures.mails_more, figures.mails_missing, figures.mails_unsent) == (0, 0, 0), told
    assert (figures.files_more, figures.files_missing) == (0, 0), told
    assert figures.claims_left == 0, told
    # Only what somebody who was killed had begun is asked for again.
    assert 0 <= figures.sign_ins_extra <= figures.claims_of_the_dead, told
    assert figures.also["left by kill"] == [], told
    assert figures.also["integrity"] == "ok", told
    assert figures.also["found it locked"] == 0, told


def expect_clean_end(scenario: Scenario) -> None:
    """TERM ends it within five seconds, or as many times as the machine is busy, with no process
    left."""
    status, seconds = scenario.product.end()
    told = f"ended {seconds:.1f} s after TERM"
    assert status == 0, scenario.product.words()
    assert seconds <= ENDS_WITHIN_S * busy_times(), told
    assert scenario.product.left() == []
    scenario.mark(f"{told}, nothing left")


def finish(scenario: Scenario) -> Figures:
    """Let the checks that are left be recorded, and their mails be sent; count."""
    scenario.until(lambda now: now["recorded"] >= scenario.total, limit_s=PATIENCE_S)
    scenario.mark("all recorded")
    scenario.until(lambda now: now["mailed"] >= scenario.refused, limit_s=PATIENCE_S)
    scenario.mark("all mailed")
    return scenario.figures()


def sweep_again(scenario: Scenario) -> None:
    """The next time that the good ones are due: two sweeps at once; and the end comes while the
    registry takes longer than a worker may wait, which gives back what it holds."""
    registry = scenario.registries.big[0]
    registry.delay_s = LONGER_THAN_A_WORKER_WAITS_S
    scenario.make_due("good")
    scenario.until(lambda now: now["claimed"] > 0)
    expect_clean_end(scenario)
    assert scenario.actions.do("progress")["claimed"] == 0
    registry.delay_s = DELAY_S
    scenario.product.start()
    scenario.until(lambda now: now["recorded"] >= scenario.total + scenario.good)
    scenario.mark("the good ones recorded once more, by sweeps at once and after an end")


def expect_no_more(scenario: Scenario, before: Figures) -> None:
    """After the end: each good one was recorded twice by then, and nothing else was done but what
    the first end cut off."""
    after = scenario.figures(times={"good": 2})
    expect_all_once(after)
    on_their_way = after.sign_ins_extra - before.sign_ins_extra
    assert 0 <= on_their_way <= AT_ONCE_AT_A_REGISTRY, f"{before}\n{after}"


@pytest.mark.timeout(400)
def test_what_is_killed_while_checks_run_is_done_once(
    installation: Installation, tell: Tell
) -> None:
    with Scenario(installation, good=40, refused=10) as scenario:
        scenario.registries.big[0].delay_s = SLOW_S
        assert scenario.make_due(asked_every=5) == 50
        scenario.kill_all(IN_TURN)
        scenario.registries.big[0].delay_s = DELAY_S
        figures = finish(scenario)
        expect_all_once(figures)
        sweep_again(scenario)
        expect_clean_end(scenario)
        expect_no_more(scenario, figures)
        tell("REL-02: kill -9 of each part in turn", scenario.told(figures))


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_what_is_killed_again_and_again_is_done_once(
    installation: Installation, tell: Tell
) -> None:
    dice = random.Random(2)
    kinds = dice.sample(OFTEN, len(OFTEN))
    moments = sorted(dice.uniform(0.01, 0.97) for _ in kinds)
    with Scenario(installation, good=4850, refused=150) as scenario:
        assert scenario.make_due(asked_every=50) == 5000
        scenario.kill_all(list(zip(kinds, moments, strict=True)))
        figures = finish(scenario)
        told = scenario.told(figures)
        expect_all_once(figures)
        assert figures.sign_ins_extra <= MOST_EXTRA * figures.sign_ins, told
        expect_clean_end(scenario)
        tell(f"REL-02: {len(kinds)} times kill -9 at random moments", told)


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_killed_worker_is_made_up_for_by_leases_and_the_timetable_alone(
    installation: Installation, tell: Tell
) -> None:
    with Scenario(installation, good=120, refused=30) as scenario:
        scenario.make_due()
        scenario.until(lambda now: now["recorded"] >= 30)
        scenario.kill("worker", helped=False)
        killed = scenario.seconds
        scenario.until(lambda now: now["recorded"] >= 150, enqueues=False, limit_s=240)
        tail = scenario.seconds - killed
        figures = finish(scenario)
        expect_all_once(figures)
        expect_clean_end(scenario)
        told = scenario.told(figures, recovered=f"{tail} s after the kill")
        tell("REL-02: leases and the timetable alone", told)
        assert tail <= RECOVERED_WITHIN_S, told
