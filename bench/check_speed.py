"""Measures 1,000 logins by the engine alone, and compares with eight `skopeo login` at a time.

    .venv/bin/python -m bench.check_speed [LOGINS] [SKOPEO_LOGINS]
    .venv/bin/python -m bench.check_speed --against FOLDER [LOGINS]

The registry answers each request after 50 ms. The engine runs three times, and the middle one
counts. skopeo gets fewer logins (200 by default), because each needs a process. The row with as
many logins at once as skopeo shows the gain of waiting for many answers at the same time.

With a folder, the engine of this checkout and the one of that other checkout run alternately, in
processes of their own, and the bench prints the ratio of each pair: above 1 this one needs more.
"""

import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.slow_registry import DELAY_S, slow_registry
from registry.addresses.server import parse_server
from registry.check import USER_AGENT, check
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.transport.network import Network

THREADS = 128
SKOPEO_AT_ONCE = 8
ROUNDS = 3
PAIRS = 9
AIM_TIMES, AIM_MS = 20, 1.5


@dataclass(frozen=True)
class Run:
    """The cost of one way: logins, time, requests. ``requests`` 0: not counted."""

    name: str
    logins: int
    wall_s: float
    cpu_s: float
    requests: int

    @property
    def per_second(self) -> float:
        return self.logins / self.wall_s

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu_s / self.logins

    def row(self) -> str:
        told = f"{self.name:22} {self.logins:6} {self.wall_s:7.2f} s {self.per_second:7.0f}/s"
        told += f" {self.cpu_ms:9.2f} ms"
        if self.requests:
            told += f" {self.requests / self.logins:9.2f} {self.ms_per_request:9.2f} ms"
        return told

    @property
    def ms_per_request(self) -> float:
        return 1000 * self.cpu_s / self.requests


def ours(netloc: str, logins: int, at_once: int = THREADS) -> Run:
    """Run all logins over one network, like a batch of the product."""
    server = parse_server(f"http://{netloc}", allow_http=True).origin
    policy = Policy(parse_allow_list("127.0.0.0/8:*"))
    with Network(policy, user_agent=USER_AGENT) as network, ThreadPoolExecutor(at_once) as pool:

        def one(number: int) -> int:
            login = Login(server, f"made-up-{number}", Secret("made-up"), http_allowed=True)
            evidence, verdict = check(login, Need(), network, now=datetime.now(UTC))
            if verdict.outcome is not Outcome.VALID:
                raise RuntimeError(verdict.outcome)
            return sum(step.took_ms > 0 for step in evidence.steps)

        started, before = time.perf_counter(), _cpu(resource.RUSAGE_SELF)
        requests = sum(pool.map(one, range(logins)))
        wall = time.perf_counter() - started
    cpu = _cpu(resource.RUSAGE_SELF) - before
    return Run(f"ours, {at_once} at once", logins, wall, cpu, requests)


def skopeos(netloc: str, logins: int) -> Run:
    """Run the logins by skopeo, one process for each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(SKOPEO_AT_ONCE) as pool,
    ):

        def one(number: int) -> None:
            subprocess.run(
                [
                    "skopeo", "login", "--tls-verify=false", "--username", f"made-up-{number}",
                    "--password-stdin", "--authfile", str(Path(folder) / f"{number}.json"), netloc,
                ],
                input=b"made-up",
                check=True,
                capture_output=True,
            )  # fmt: skip

        started, before = time.perf_counter(), _cpu(resource.RUSAGE_CHILDREN)
        list(pool.map(one, range(logins)))
        wall = time.perf_counter() - started
    cpu = _cpu(resource.RUSAGE_CHILDREN) - before
    return Run(f"skopeo, {SKOPEO_AT_ONCE} at once", logins, wall, cpu, 0)


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def main(logins: int = 1000, skopeo_logins: int = 200) -> None:
    """Run both and print the figures."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{DELAY_S * 1000:.0f} ms per answer")
    print(f"{'':22} {'logins':>6} {'wall':>9} {'speed':>9} {'CPU/login':>12}", end="")
    print(f" {'req/login':>9} {'CPU/request':>12}")
    with slow_registry() as netloc:
        ours(netloc, THREADS)  # warm up
        rounds = [ours(netloc, logins) for _ in range(ROUNDS)]
        mine = sorted(rounds, key=lambda run: run.wall_s)[ROUNDS // 2]
        print(mine.row())
        print(ours(netloc, skopeo_logins, SKOPEO_AT_ONCE).row())
        if shutil.which("skopeo") is None:
            print("skopeo is not installed: nothing to compare with")
            return
        theirs = skopeos(netloc, skopeo_logins)
    print(theirs.row())
    times = mine.per_second / theirs.per_second
    print(f"{times:.1f} times as many logins a second as skopeo (aim: {AIM_TIMES})")
    print(f"{theirs.cpu_ms / mine.cpu_ms:.1f} times less CPU a login than skopeo")
    print(f"{mine.ms_per_request:.2f} ms of CPU a request (aim: at most {AIM_MS})")


def engine(logins: int) -> None:
    """Print the milliseconds of CPU of one login, with as many at once as skopeo has."""
    with slow_registry() as netloc:
        ours(netloc, THREADS, SKOPEO_AT_ONCE)  # warm up
        print(ours(netloc, logins, SKOPEO_AT_ONCE).cpu_ms)


def against(folder: str, logins: int = 500) -> None:
    """Run the engine of this checkout and of another one in turn."""
    here = str(Path(__file__).resolve().parent.parent)
    print(f"{'this, ms of CPU':>16} {'other':>9} {'ratio':>7}")
    ratios = []
    for _ in range(PAIRS):
        mine, theirs = (
            float(
                subprocess.run(
                    [sys.executable, __file__, "--engine", str(logins)],
                    cwd=one,
                    env={**os.environ, "PYTHONPATH": one},
                    check=True,
                    capture_output=True,
                ).stdout
            )
            for one in (here, str(Path(folder).resolve()))
        )
        ratios.append(mine / theirs)
        print(f"{mine:16.3f} {theirs:9.3f} {ratios[-1]:7.2f}")
    print(f"median of the ratios {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--against"]:
        against(sys.argv[2], *(int(word) for word in sys.argv[3:]))
    elif sys.argv[1:2] == ["--engine"]:
        engine(int(sys.argv[2]))
    else:
        main(*(int(word) for word in sys.argv[1:]))
