"""The queue goes, the database goes, clocks are wrong, parts are ended: what is due is done once.

These make their own PostgreSQL and Redis, whatever the run is about.
"""

import time
from collections.abc import Iterator

import pytest

from tests.config.installation import Installation
from tests.crash import disasters
from tests.crash.conftest import Tell
from tests.crash.deployment_scenario import DeploymentScenario
from tests.crash.disasters import CATCH_UP_S, TEN_MINUTES_S
from tests.servers.process import busy_times, short_folder

SMALL_SHARE = 0.02
GO_ON_WITHIN_S = 15


@pytest.fixture
def installation() -> Iterator[Installation]:
    """A folder; the servers are the deployment's own."""
    with short_folder() as folder:
        yield Installation(folder)


def start(scenario: DeploymentScenario, *, workers: int = 1, beats: int = 1) -> None:
    """Web twice, and so many of the others."""
    for number in (0, 1):
        scenario.product.web(number)
    for number in range(workers):
        scenario.product.worker(f"worker-{number}")
    for number in range(beats):
        scenario.product.beat(f"beat-{number}")
    if workers:
        scenario.product.wait()


@pytest.mark.timeout(500)
def test_a_fleet_with_wrong_clocks_comes_through_everything_in_a_minute(
    installation: Installation, tell: Tell
) -> None:
    with DeploymentScenario(installation, good=112, refused=8, big=16) as scenario:
        start(scenario, workers=0, beats=2)
        disasters.wrong_clocks(scenario)
        scenario.product.mailbox.silent_s = 0.3
        scenario.mark("started")
        with scenario.visitors(10) as visitors:
            scenario.let_be_due(scenario.refused_names())
            lines: list[str] = []
            lines.append(
                disasters.queue_gone(
                    scenario,
                    visitors,
                    seconds=10,
                    enqueues=True,
                    count=24,
                    meanwhile=lambda: lines.append(
                        disasters.web_rolled(scenario, visitors, times=1)
                    ),
                )
            )
            lines.append(disasters.hung_up_on(scenario, times=3, enqueues=True, count=16))
            scenario.mark("the queue was away")
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=True)
        scenario.wait_for_mails(limit_s=CATCH_UP_S, enqueues=True)
        calm = scenario.tally()
        lines.append(f"{calm}, with two beats and two workers")
        with scenario.visitors(10) as visitors:
            lines.append(
                disasters.database_gone(
                    scenario, visitors, times=1, frozen_s=2, enqueues=True, count=16
                )
            )
        scenario.mark("the database was away")
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=True)
        scenario.product.parts["behind"].end()
        ahead = scenario.product.parts["ahead"]
        lines.append(disasters.worker_ended(scenario, ahead, count=40))
        scenario.product.worker("another").wait()
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=True)
        tally = scenario.tally()
        lines.append(disasters.expect_rhythm(scenario, [n for n in scenario.due if n[0] == "g"]))
        lines += [str(tally), f"  {scenario.seconds} s: {', '.join(scenario.events)}"]
        tell("REL-03 to REL-07 in a minute", "\n".join(lines))
        calm.expect_once()
        assert calm.extra == 0
        tally.expect_once()


@pytest.mark.timeout(300)
def test_checks_go_on_within_fifteen_seconds_of_the_databases_return(
    installation: Installation, tell: Tell
) -> None:
    with DeploymentScenario(installation, good=120, refused=0, big=4) as scenario:
        start(scenario)
        scenario.let_be_due(scenario.fresh(120))
        scenario.actions.do("enqueue")
        scenario.until(lambda now: now["recorded"] >= 20, enqueues=False)
        scenario.product.database.stop()
        time.sleep(3)
        scenario.product.database.start()
        before = scenario.actions.do("progress")
        limit_s = GO_ON_WITHIN_S * busy_times()
        began = time.monotonic()
        scenario.until(
            lambda now: now["recorded"] > before["recorded"], enqueues=False, limit_s=limit_s
        )
        went_on = time.monotonic() - began
        scenario.until(lambda now: now["recorded"] >= 120, enqueues=False, limit_s=limit_s)
        caught_up = time.monotonic() - began
        tally = scenario.tally()
        lines = f"  {before['recorded']} of 120 before; went on {went_on:.1f} s after, "
        tell(
            "Bar 13: the database comes back",
            f"{lines}all recorded {caught_up:.1f} s after\n{tally}",
        )
        assert before["recorded"] < 120, "all was done before"
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_queue_is_gone_for_five_minutes(installation: Installation, tell: Tell) -> None:
    with DeploymentScenario(installation, good=200, refused=20) as scenario:
        start(scenario)
        with scenario.visitors(10) as visitors:
            scenario.let_be_due(scenario.refused_names())
            lines = [disasters.queue_gone(scenario, visitors, seconds=300, enqueues=False)]
            lines.append(disasters.hung_up_on(scenario, times=20, enqueues=False))
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=False)
        scenario.wait_for_mails(limit_s=CATCH_UP_S, enqueues=False)
        tally = scenario.tally()
        tell("REL-03: the queue is gone", "\n".join([*lines, str(tally)]))
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_database_crashes_ten_times_and_stands_still(
    installation: Installation, tell: Tell
) -> None:
    with DeploymentScenario(installation, good=500, refused=20) as scenario:
        start(scenario)
        with scenario.visitors(10) as visitors:
            scenario.let_be_due(scenario.refused_names())
            lines = [
                disasters.database_gone(scenario, visitors, times=10, frozen_s=30, enqueues=False)
            ]
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=False)
        scenario.wait_for_mails(limit_s=400, enqueues=False)
        tally = scenario.tally()
        tell("REL-04: the database is gone", "\n".join([*lines, str(tally)]))
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_two_beats_and_two_workers_do_nothing_twice(installation: Installation, tell: Tell) -> None:
    with DeploymentScenario(installation, good=950, refused=50) as scenario:
        start(scenario, workers=2, beats=2)
        names = scenario.fresh(950)
        scenario.let_be_due(scenario.refused_names())
        for turn in range(5):
            began = time.monotonic()
            scenario.let_be_due(names)
            scenario.catch_up(limit_s=110, enqueues=False)
            scenario.mark(f"round {turn + 1} recorded in {time.monotonic() - began:.0f} s")
            time.sleep(max(0.0, began + 120 - time.monotonic()))
        scenario.wait_for_mails(limit_s=CATCH_UP_S, enqueues=False)
        tally = scenario.tally()
        tell("REL-05: two of each for ten minutes", "\n".join([str(tally), *scenario.events]))
        tally.expect_once()
        assert tally.extra == 0


@pytest.mark.long
@pytest.mark.timeout(600)
def test_workers_ten_minutes_off_and_a_jump_of_the_clocks(
    installation: Installation, tell: Tell
) -> None:
    with DeploymentScenario(installation, good=400, refused=60) as scenario:
        start(scenario, workers=0, beats=2)
        ahead, behind = disasters.wrong_clocks(scenario)
        scenario.product.mailbox.silent_s = 1.0
        names, lines = scenario.fresh(400), []
        for turn, refused in enumerate(
            (scenario.refused_names()[:30], scenario.refused_names()[30:])
        ):
            scenario.let_be_due([*names, *refused])
            if turn:
                time.sleep(1)
                ahead.tell(-TEN_MINUTES_S)
                behind.tell(TEN_MINUTES_S)
            scenario.catch_up(limit_s=CATCH_UP_S, enqueues=True)
            scenario.wait_for_mails(limit_s=CATCH_UP_S, enqueues=True)
            lines.append(disasters.expect_rhythm(scenario, names))
        for name, lie in disasters.LIES.items():
            disasters.expect_believed(scenario, name, -lie)
        disasters.expect_all_run(scenario)
        tally = scenario.tally()
        tell("REL-06: clocks wrong by ten minutes", "\n".join([*lines, str(tally)]))
        tally.expect_once()
        assert tally.extra == 0


@pytest.mark.long
@pytest.mark.timeout(200)
def test_senders_twenty_minutes_apart_send_nothing_twice(
    installation: Installation, tell: Tell
) -> None:
    with DeploymentScenario(installation, good=1, refused=0, big=1) as scenario:
        lines = disasters.mails_by_wrong_clocks(scenario)
        tell("REL-06: mails by wrong clocks", lines)
        assert len(scenario.product.mailbox.mails) == 2


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_restarts_fail_nobody(installation: Installation, tell: Tell) -> None:
    with DeploymentScenario(installation, good=1000, refused=20) as scenario:
        start(scenario)
        lines: list[str] = []

        def restart_worker() -> None:
            worker = scenario.product.parts["worker-0"]
            lines.append(disasters.worker_ended(scenario, worker, count=60))
            scenario.product.worker(worker.name).wait()

        with scenario.visitors(20) as visitors:
            scenario.let_be_due(scenario.refused_names())
            rolled = disasters.web_rolled(scenario, visitors, times=10, then=restart_worker)
        lines.insert(0, rolled)
        scenario.catch_up(limit_s=CATCH_UP_S, enqueues=False)
        scenario.wait_for_mails(limit_s=CATCH_UP_S, enqueues=False)
        tally = scenario.tally()
        tell("REL-07: twenty restarts", "\n".join([*lines, str(tally)]))
        tally.expect_once()
        assert tally.extra <= SMALL_SHARE * tally.sign_ins
