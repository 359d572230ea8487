"""The queue goes, the database goes, clocks are wrong, parts are ended: what is due is done once.

These make their own PostgreSQL and Redis, whatever the run is about.
"""

import time
from collections.abc import Iterator

import pytest

from tests.config.places import Place
from tests.crash import disasters
from tests.crash.conftest import Tell
from tests.crash.disasters import CATCH_UP_S, TEN_MINUTES_S
from tests.crash.fleet_story import FleetStory
from tests.servers.process import short_folder

SMALL_SHARE = 0.02


@pytest.fixture
def place() -> Iterator[Place]:
    """A folder; the servers are the fleet's own."""
    with short_folder() as folder:
        yield Place(folder)


def start(story: FleetStory, *, workers: int = 1, beats: int = 1) -> None:
    """Web twice, and so many of the others."""
    for number in (0, 1):
        story.product.web(number)
    for number in range(workers):
        story.product.worker(f"worker-{number}")
    for number in range(beats):
        story.product.beat(f"beat-{number}")
    if workers:
        story.product.wait()


@pytest.mark.timeout(300)
def test_a_fleet_with_wrong_clocks_comes_through_everything_in_a_minute(
    place: Place, tell: Tell
) -> None:
    with FleetStory(place, good=240, refused=20, big=12) as story:
        start(story, workers=0, beats=2)
        disasters.wrong_clocks(story)
        story.product.mailbox.silent_s = 0.3
        story.mark("started")
        with story.visitors(10) as visitors:
            story.let_be_due(story.refused_names())
            lines: list[str] = []
            lines.append(
                disasters.queue_gone(
                    story,
                    visitors,
                    seconds=10,
                    rings=True,
                    meanwhile=lambda: lines.append(disasters.web_rolled(story, visitors, times=1)),
                )
            )
            lines.append(disasters.hung_up_on(story, times=3, rings=True))
            story.mark("the queue was away")
        story.catch_up(limit_s=60, rings=True)
        story.wait_for_mails(limit_s=60, rings=True)
        calm = story.tally()
        lines.append(f"{calm}, with two beats and two workers")
        with story.visitors(10) as visitors:
            lines.append(disasters.database_gone(story, visitors, times=1, frozen_s=2, rings=True))
        story.mark("the database was away")
        story.catch_up(limit_s=60, rings=True)
        story.product.parts["behind"].end()
        ahead = story.product.parts["ahead"]
        lines.append(disasters.worker_ended(story, ahead, count=40))
        story.product.worker("another").wait()
        story.catch_up(limit_s=60, rings=True)
        tally = story.tally()
        lines.append(disasters.expect_rhythm(story, [n for n in story.due if n[0] == "g"]))
        lines += [str(tally), f"  {story.seconds} s: {', '.join(story.events)}"]
        tell("REL-03 to REL-07 in a minute", "\n".join(lines))
        calm.expect_once()
        assert calm.extra == 0
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_queue_is_gone_for_five_minutes(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=200, refused=20) as story:
        start(story)
        with story.visitors(10) as visitors:
            story.let_be_due(story.refused_names())
            lines = [disasters.queue_gone(story, visitors, seconds=300, rings=False)]
            lines.append(disasters.hung_up_on(story, times=20, rings=False))
        story.catch_up(limit_s=CATCH_UP_S, rings=False)
        story.wait_for_mails(limit_s=CATCH_UP_S, rings=False)
        tally = story.tally()
        tell("REL-03: the queue is gone", "\n".join([*lines, str(tally)]))
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_database_crashes_ten_times_and_stands_still(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=500, refused=20) as story:
        start(story)
        with story.visitors(10) as visitors:
            story.let_be_due(story.refused_names())
            lines = [disasters.database_gone(story, visitors, times=10, frozen_s=30, rings=False)]
        story.catch_up(limit_s=CATCH_UP_S, rings=False)
        story.wait_for_mails(limit_s=400, rings=False)
        tally = story.tally()
        tell("REL-04: the database is gone", "\n".join([*lines, str(tally)]))
        tally.expect_once()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_two_beats_and_two_workers_do_nothing_twice(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=950, refused=50) as story:
        start(story, workers=2, beats=2)
        names = story.fresh(950)
        story.let_be_due(story.refused_names())
        for turn in range(5):
            began = time.monotonic()
            story.let_be_due(names)
            story.catch_up(limit_s=110, rings=False)
            story.mark(f"round {turn + 1} recorded in {time.monotonic() - began:.0f} s")
            time.sleep(max(0.0, began + 120 - time.monotonic()))
        story.wait_for_mails(limit_s=CATCH_UP_S, rings=False)
        tally = story.tally()
        tell("REL-05: two of each for ten minutes", "\n".join([str(tally), *story.events]))
        tally.expect_once()
        assert tally.extra == 0


@pytest.mark.long
@pytest.mark.timeout(600)
def test_workers_ten_minutes_off_and_a_jump_of_the_clocks(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=400, refused=60) as story:
        start(story, workers=0, beats=2)
        ahead, behind = disasters.wrong_clocks(story)
        story.product.mailbox.silent_s = 1.0
        names, lines = story.fresh(400), []
        for turn, refused in enumerate((story.refused_names()[:30], story.refused_names()[30:])):
            story.let_be_due([*names, *refused])
            if turn:
                time.sleep(1)
                ahead.tell(-TEN_MINUTES_S)
                behind.tell(TEN_MINUTES_S)
            story.catch_up(limit_s=CATCH_UP_S, rings=True)
            story.wait_for_mails(limit_s=CATCH_UP_S, rings=True)
            lines.append(disasters.expect_rhythm(story, names))
        for name, lie in disasters.LIES.items():
            disasters.expect_believed(story, name, -lie)
        disasters.expect_all_run(story)
        tally = story.tally()
        tell("REL-06: clocks wrong by ten minutes", "\n".join([*lines, str(tally)]))
        tally.expect_once()
        assert tally.extra == 0


@pytest.mark.long
@pytest.mark.timeout(200)
def test_senders_twenty_minutes_apart_send_nothing_twice(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=1, refused=0, big=1) as story:
        lines = disasters.mails_by_wrong_clocks(story)
        tell("REL-06: mails by wrong clocks", lines)
        assert len(story.product.mailbox.mails) == 2


@pytest.mark.long
@pytest.mark.timeout(900)
def test_twenty_restarts_fail_nobody(place: Place, tell: Tell) -> None:
    with FleetStory(place, good=1000, refused=20) as story:
        start(story)
        lines: list[str] = []

        def restart_worker() -> None:
            worker = story.product.parts["worker-0"]
            lines.append(disasters.worker_ended(story, worker, count=60))
            story.product.worker(worker.name).wait()

        with story.visitors(20) as visitors:
            story.let_be_due(story.refused_names())
            rolled = disasters.web_rolled(story, visitors, times=10, then=restart_worker)
        lines.insert(0, rolled)
        story.catch_up(limit_s=CATCH_UP_S, rings=False)
        story.wait_for_mails(limit_s=CATCH_UP_S, rings=False)
        tally = story.tally()
        tell("REL-07: twenty restarts", "\n".join([*lines, str(tally)]))
        tally.expect_once()
        assert tally.extra <= SMALL_SHARE * tally.sign_ins
