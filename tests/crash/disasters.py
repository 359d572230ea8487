"""What happens to a fleet: its queue or database goes, clocks are wrong, parts are ended."""

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from tests.crash.clocks import Clock
from tests.crash.fleet import Part
from tests.crash.fleet_story import FleetStory
from tests.crash.registries import DELAY_S
from tests.crash.visitors import Visit, Visitors, told

CATCH_UP_S = 120
ERRORS_UNTIL_S = 15
LEASE_AND_SWEEP_S = 100
WORKER_ENDS_WITHIN_S = 25
TEN_MINUTES_S = 600
LIES = {"ahead": TEN_MINUTES_S, "behind": -TEN_MINUTES_S}
GAP = 2.0  # a nudge may still be in a worker when the queue goes
IN_TIME = (0.85, 1.15)  # of the interval: jitter is a tenth


def queue_gone(story: FleetStory, visitors: Visitors, *, seconds: float, rings: bool) -> str:
    """The queue is away under load and comes back empty."""
    queue, names = story.product.queue, story.fresh(60)
    story.let_be_due(names[:20])
    time.sleep(0.5)
    queue.stop()
    gone = time.monotonic()
    story.let_be_due(names[20:])
    time.sleep(seconds)
    during = visitors.between(gone, time.monotonic() - GAP)
    asked = {v.name for v in during if v.kind == "check" and v.at > gone + GAP and v.status == 302}
    waiting = story.desk.do("asked_and_due", names=sorted(asked))
    saved = [v.name for v in during if v.kind == "save" and v.status == 302]
    stored = story.desk.do("stored", names=saved)
    queue.start()
    caught_up = story.catch_up(limit_s=CATCH_UP_S, rings=rings)
    lines = (
        f"  queue away for {seconds:.0f} s: pages {told(during)}; "
        f"saved {stored} of {len(saved)}, asked-for checks stored {waiting} of {len(asked)}; "
        f"caught up {caught_up:.1f} s after its return"
    )
    assert not any(visit.failed for visit in during), lines
    assert saved, lines
    assert stored == len(saved), lines
    assert asked, lines
    assert waiting == len(asked), lines
    expect_all_run(story)
    return lines


def hung_up_on(story: FleetStory, *, times: int, rings: bool) -> str:
    """The queue ends every connection, again and again, then forgets every message."""
    ended = 0
    for _ in range(times):
        ended += story.product.queue.hang_up_on_everybody()
        time.sleep(0.3)
    story.let_be_due(story.fresh(40))
    story.desk.do("ring")
    story.product.queue.forget()
    caught_up = story.catch_up(limit_s=CATCH_UP_S, rings=rings)
    lines = (
        f"  {ended} connections of the queue ended in {times} turns, then all messages lost: "
        f"caught up in {caught_up:.1f} s"
    )
    assert ended >= times, lines
    expect_all_run(story)
    return lines


def database_gone(
    story: FleetStory, visitors: Visitors, *, times: int, frozen_s: float, rings: bool
) -> str:
    """The database stops as in a crash and starts again, so many times; then it stands still."""
    database, gaps = story.product.database, []
    began = time.monotonic()
    for _ in range(times):
        story.let_be_due(story.fresh(40))
        time.sleep(0.7)
        down = time.monotonic()
        database.stop()
        time.sleep(1)
        database.start()
        gaps.append((down, time.monotonic() + ERRORS_UNTIL_S))
        if times > 1:
            time.sleep(2)
    story.let_be_due(story.fresh(40))
    down = time.monotonic()
    with database.frozen():
        time.sleep(frozen_s)
    gaps.append((down, time.monotonic() + ERRORS_UNTIL_S))
    if rings:  # let the leases of what was cut off end now
        story.desk.do("end_claims_of_the_dead", died_at=datetime.now(UTC).isoformat())
    caught_up = story.catch_up(limit_s=LEASE_AND_SWEEP_S, rings=rings)
    if not rings:  # a while without errors
        time.sleep(max(0.0, gaps[-1][1] + ERRORS_UNTIL_S - time.monotonic()))
    during = visitors.between(began, time.monotonic() - GAP)
    saved = [v.name for v in during if v.kind == "save" and v.status == 302]
    stored = story.desk.do("stored", names=saved)
    after = [visit for visit in during if visit.at > gaps[-1][1]]

    def away(visit: Visit) -> bool:
        return any(visit.at <= end and visit.at + visit.seconds >= start for start, end in gaps)

    lines = (
        f"  database crashed {times} times, frozen {frozen_s:.0f} s: pages "
        f"{told(during, away=away)}, {len(after)} asked after the last gap; committed saves lost "
        f"{len(saved) - stored} of {len(saved)}; caught up {caught_up:.1f} s after its return"
    )
    assert not any(visit.failed and not away(visit) for visit in during), lines
    assert saved, lines
    assert stored == len(saved), lines
    expect_all_run(story)
    return lines


def wrong_clocks(story: FleetStory) -> tuple[Clock, Clock]:
    """Two workers, one ten minutes ahead and one ten minutes behind."""
    clocks = []
    for name, lie in LIES.items():
        clock = Clock(story.place.folder / f"clock-{name}")
        clock.tell(lie)
        story.product.worker(name, clock=clock)
        clocks.append(clock)
    story.product.wait()
    for name, lie in LIES.items():
        off = _seconds_off(story.product.parts[name])
        assert abs(off - lie) < 60, f"the lie is not believed: {off}"
    return clocks[0], clocks[1]


def _seconds_off(part: Part) -> float:
    """How far the clock of its last line is from ours."""
    lines = [line for line in part.words(20_000).splitlines() if line.startswith('{"at"')]
    return (datetime.fromisoformat(json.loads(lines[-1])["at"]) - datetime.now(UTC)).total_seconds()


def expect_rhythm(story: FleetStory, names: Iterable[str]) -> str:
    """Whatever the clocks say: checked just now, and due again after the interval."""
    shortest, longest, oldest, youngest = story.desk.do("rhythm", names=list(names))
    lines = (
        f"  next checks after {shortest:.2f} to {longest:.2f} of the interval; "
        f"checked {youngest:.0f} to {oldest:.0f} s ago by the database's clock"
    )
    assert IN_TIME[0] <= shortest <= longest <= IN_TIME[1], lines
    assert 0 <= youngest <= oldest <= story.seconds, lines
    return lines


def worker_ended(story: FleetStory, part: Part, *, count: int) -> str:
    """TERM for the only worker in the middle of slow checks: what has begun ends, the rest is
    given back."""
    for registry in story.registries.big:
        registry.delay_s = 1.0
    before = story.registries.sign_ins()
    story.let_be_due(story.fresh(count))
    story.desk.do("ring", times=1)
    _until(lambda: story.registries.sign_ins() > before)
    claimed = story.desk.do("progress")["claimed"]
    seconds = part.end()
    held = story.desk.do("progress")["claimed"]
    left = len(story.desk.do("behind", runs=dict(story.due)))
    for registry in story.registries.big:
        registry.delay_s = DELAY_S
    lines = (
        f"  worker ended {seconds:.1f} s after TERM with {claimed} claimed checks; "
        f"{held} still claimed then, {left} given back"
    )
    assert claimed > 0, lines
    assert held == 0, lines
    assert left > 0, lines
    assert seconds <= WORKER_ENDS_WITHIN_S, lines
    assert part.process.returncode == 0, lines
    return lines


def web_rolled(story: FleetStory, visitors: Visitors, *, times: int) -> str:
    """Each web process is ended and started, one after the other, under load."""
    began, slowest = time.monotonic(), 0.0
    for _ in range(times):
        for number in (0, 1):
            slowest = max(slowest, story.product.parts[f"web-{number}"].end())
            story.product.web(number).wait()
    during = visitors.between(began, time.monotonic())
    lines = (
        f"  web processes restarted {2 * times} times in turn: pages {told(during)}; "
        f"ended {slowest:.1f} s after TERM at the slowest"
    )
    assert during, lines
    assert not any(visit.failed for visit in during), lines
    return lines


def expect_all_run(story: FleetStory) -> None:
    """Nobody was started again, so whoever works is who has worked before."""
    gone = [part.name for part in story.product.parts.values() if not part.runs]
    assert gone == [], story.words()


def _until(holds, limit_s: float = 30) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
