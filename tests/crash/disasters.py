"""What happens to a deployment: its queue or database goes, clocks are wrong, parts are ended."""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from tests.crash.action_process import ActionProcess
from tests.crash.clocks import Clock
from tests.crash.deployment import Part
from tests.crash.deployment_scenario import DeploymentScenario
from tests.crash.registries import DELAY_S
from tests.crash.visitors import Visit, Visitors, told

CATCH_UP_S = 120
ERRORS_UNTIL_S = 15
LEASE_AND_SWEEP_S = 100
WORKER_ENDS_WITHIN_S = 25
TEN_MINUTES_S = 600
NEARLY_S = 60
LIES = {"ahead": TEN_MINUTES_S, "behind": -TEN_MINUTES_S}
GAP = 2.0  # a nudge may still be in a worker when the queue goes
IN_TIME = (0.85, 1.15)  # of the interval: jitter is a tenth


def queue_gone(
    scenario: DeploymentScenario,
    visitors: Visitors,
    *,
    seconds: float,
    enqueues: bool,
    count: int = 60,
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """The queue is away under load and comes back empty."""
    queue, names = scenario.product.queue, scenario.fresh(count)
    scenario.let_be_due(names[: count // 3])
    time.sleep(0.5)
    queue.stop()
    gone = time.monotonic()
    scenario.let_be_due(names[count // 3 :])
    meanwhile()
    time.sleep(max(0.0, gone + seconds - time.monotonic()))
    away_s = time.monotonic() - gone
    during = visitors.between(gone, time.monotonic() - GAP)
    asked = {v.name for v in during if v.kind == "check" and v.at > gone + GAP and v.status == 302}
    waiting = scenario.actions.do("asked_and_due", names=sorted(asked))
    saved = [v.name for v in during if v.kind == "save" and v.status == 302]
    stored = scenario.actions.do("stored", names=saved)
    queue.start()
    caught_up = scenario.catch_up(limit_s=CATCH_UP_S, enqueues=enqueues)
    lines = (
        f"  queue away for {away_s:.0f} s: pages {told(during)}; "
        f"saved {stored} of {len(saved)}, asked-for checks stored {waiting} of {len(asked)}; "
        f"caught up {caught_up:.1f} s after its return"
    )
    assert not any(visit.failed for visit in during), lines
    assert saved, lines
    assert stored == len(saved), lines
    assert asked, lines
    assert waiting == len(asked), lines
    expect_all_run(scenario)
    return lines


def hung_up_on(scenario: DeploymentScenario, *, times: int, enqueues: bool, count: int = 40) -> str:
    """The queue ends every connection, again and again, then forgets every message."""
    ended = 0
    for _ in range(times):
        ended += scenario.product.queue.hang_up_on_everybody()
        time.sleep(0.3)
    scenario.let_be_due(scenario.fresh(count))
    scenario.actions.do("enqueue")
    scenario.product.queue.forget()
    caught_up = scenario.catch_up(limit_s=CATCH_UP_S, enqueues=enqueues)
    lines = (
        f"  {ended} connections of the queue ended in {times} turns, then all messages lost: "
        f"caught up in {caught_up:.1f} s"
    )
    assert ended >= times, lines
    expect_all_run(scenario)
    return lines


def database_gone(
    scenario: DeploymentScenario,
    visitors: Visitors,
    *,
    times: int,
    frozen_s: float,
    enqueues: bool,
    count: int = 40,
) -> str:
    """The database stops as in a crash and starts again, so many times; then it stands still."""
    database, gaps = scenario.product.database, []
    began = time.monotonic()
    for _ in range(times):
        scenario.let_be_due(scenario.fresh(count))
        time.sleep(0.7)
        down = time.monotonic()
        database.stop()
        time.sleep(1)
        database.start()
        gaps.append((down, time.monotonic()))
        if times > 1:
            time.sleep(2)
    scenario.let_be_due(scenario.fresh(count))
    down = time.monotonic()
    with database.frozen():
        time.sleep(frozen_s)
    gaps.append((down, time.monotonic()))
    if enqueues:  # let the leases of what was cut off end now
        scenario.actions.do("end_claims_of_the_dead", died_at=datetime.now(UTC).isoformat())
    caught_up = scenario.catch_up(limit_s=LEASE_AND_SWEEP_S, enqueues=enqueues)
    if not enqueues:  # a while without errors
        time.sleep(max(0.0, gaps[-1][1] + 2 * ERRORS_UNTIL_S - time.monotonic()))
    during = visitors.between(began, time.monotonic() - GAP)
    saved = [v.name for v in during if v.kind == "save" and v.status == 302]
    stored = scenario.actions.do("stored", names=saved)
    after = [visit for visit in during if visit.at > gaps[-1][1] + ERRORS_UNTIL_S]

    def away(visit: Visit, grace: float = ERRORS_UNTIL_S) -> bool:
        """Whether it fell into a gap, or into the seconds after one."""
        ended = visit.at + visit.seconds
        return any(visit.at <= up + grace and ended >= down for down, up in gaps)

    late = [visit for visit in during if visit.failed and not away(visit, grace=0)]
    lines = (
        f"  database crashed {times} times, frozen {frozen_s:.0f} s: pages "
        f"{told(during, away=away)}, {len(late)} of these after its return, "
        f"{len(after)} came when all was over; committed saves lost "
        f"{len(saved) - stored} of {len(saved)}; caught up {caught_up:.1f} s after its return"
    )
    assert not any(visit.failed and not away(visit) for visit in during), lines
    assert saved, lines
    assert stored == len(saved), lines
    expect_all_run(scenario)
    return lines


def wrong_clocks(scenario: DeploymentScenario) -> tuple[Clock, Clock]:
    """Two workers, one ten minutes ahead and one ten minutes behind."""
    clocks = {name: _clock(scenario, name) for name in LIES}
    for name, clock in clocks.items():
        scenario.product.worker(name, clock=clock)
    scenario.product.wait()
    for name, lie in LIES.items():
        expect_believed(scenario, name, lie)
    return clocks["ahead"], clocks["behind"]


def _clock(scenario: DeploymentScenario, name: str) -> Clock:
    clock = Clock(scenario.installation.folder / f"clock-{name}")
    clock.tell(LIES[name])
    return clock


def expect_believed(scenario: DeploymentScenario, name: str, lie: int) -> None:
    """Its last words are dated as its clock has it."""
    off = _seconds_off(scenario.product.parts[name])
    assert abs(off - lie) < NEARLY_S, f"the lie is not believed: {off}"


def _seconds_off(part: Part) -> float:
    """How far the clock of its last line is from ours."""
    lines = [line for line in part.words(20_000).splitlines() if line.startswith('{"at"')]
    return (datetime.fromisoformat(json.loads(lines[-1])["at"]) - datetime.now(UTC)).total_seconds()


def expect_rhythm(scenario: DeploymentScenario, names: Iterable[str]) -> str:
    """Whatever the clocks say: checked just now, and due again after the interval."""
    shortest, longest, oldest, youngest = scenario.actions.do("rhythm", names=list(names))
    lines = (
        f"  next checks after {shortest:.2f} to {longest:.2f} of the interval; "
        f"checked {youngest:.0f} to {oldest:.0f} s ago by the database's clock"
    )
    assert IN_TIME[0] <= shortest <= longest <= IN_TIME[1], lines
    assert 0 <= youngest <= oldest <= scenario.seconds, lines
    return lines


def mails_by_wrong_clocks(scenario: DeploymentScenario) -> str:
    """A mail that one process is sending is left alone by another, and none waits for a clock."""
    log, environment = (
        scenario.installation.folder / "wrong-actions.log",
        scenario.product.environment(),
    )
    ahead, behind = (_clock(scenario, name) for name in LIES)
    box = scenario.product.mailbox
    box.silent_s = 3.0
    with (
        ActionProcess({**environment, **ahead.environment()}, log) as early,
        ActionProcess({**environment, **behind.environment()}, log) as late,
        ThreadPoolExecutor() as beside,
    ):
        early.do("integrity")  # both have started
        late.do("integrity")
        scenario.actions.do("post", to="waited@example.org", minutes=60)
        sending = beside.submit(late.do, "sweep_mails")
        time.sleep(1)
        early_says, late_says = early.do("sweep_mails"), sending.result()
        scenario.actions.do("post", to="new@example.org", minutes=0)
        late.do("sweep_mails")
    apart = datetime.fromisoformat(early_says) - datetime.fromisoformat(late_says)
    came = [
        sum(mail["To"] == f"{to}@example.org" for mail in box.mails) for to in ("waited", "new")
    ]
    lines = (
        f"  two senders {apart.total_seconds():.0f} s apart: one mail came {came[0]} times, "
        f"one that was new to the sender behind came {came[1]} times"
    )
    assert apart.total_seconds() > TEN_MINUTES_S, lines
    assert came == [1, 1], lines
    return lines


def worker_ended(scenario: DeploymentScenario, part: Part, *, count: int) -> str:
    """TERM for the only worker in the middle of slow checks: what has begun ends, the rest is
    given back."""
    for registry in scenario.registries.big:
        registry.delay_s = 1.0
    before = scenario.registries.sign_ins()
    scenario.let_be_due(scenario.fresh(count))
    scenario.actions.do("enqueue", times=1)
    _until(lambda: scenario.registries.sign_ins() > before)
    claimed = scenario.actions.do("progress")["claimed"]
    seconds = part.end()
    held = scenario.actions.do("progress")["claimed"]
    left = len(scenario.actions.do("behind", runs=dict(scenario.due)))
    for registry in scenario.registries.big:
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


def web_rolled(
    scenario: DeploymentScenario,
    visitors: Visitors,
    *,
    times: int,
    then: Callable[[], object] = lambda: None,
) -> str:
    """Each web process is ended and started, one after the other, under load; ``then`` something
    else is done, each time."""
    began, slowest = time.monotonic(), 0.0
    for _ in range(times):
        for number in (0, 1):
            slowest = max(slowest, scenario.product.parts[f"web-{number}"].end())
            scenario.product.web(number).wait()
        then()
    during = visitors.between(began, time.monotonic())
    lines = (
        f"  web processes restarted {2 * times} times in turn: pages {told(during)}; "
        f"ended {slowest:.1f} s after TERM at the slowest"
    )
    assert during, lines
    assert not any(visit.failed for visit in during), lines
    return lines


def expect_all_run(scenario: DeploymentScenario) -> None:
    """Nobody was started again, so whoever works is who has worked before."""
    gone = [part.name for part in scenario.product.parts.values() if not part.runs]
    assert gone == [], scenario.words()


def _until(holds: Callable[[], bool], limit_s: float = 30) -> None:
    end = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
