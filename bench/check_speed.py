"""1,000 logins, engine only, beside `skopeo login` eight at a time against the same registry.

    .venv/bin/python -m bench.check_speed [LOGINS] [SKOPEO_LOGINS]

The registry answers each request after 50 ms. skopeo gets fewer logins (200 unless told) and is
scaled: it needs a process for each.
"""

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.slow_registry import DELAY_S, slow_registry
from registry.address import parse_server
from registry.allow_list import parse_allow_list
from registry.check import USER_AGENT, Login, Need, Network, check
from registry.guard import Policy
from registry.outcome import Outcome
from registry.secret import Secret

THREADS = 64
SKOPEO_AT_ONCE = 8


@dataclass(frozen=True)
class Run:
    """One way of doing it: for how many logins, in which time."""

    logins: int
    wall_s: float
    cpu_s: float
    requests: int

    @property
    def per_second(self) -> float:
        return self.logins / self.wall_s


def ours(netloc: str, logins: int) -> Run:
    """All logins over one network, as one batch of the application does."""
    server = parse_server(f"http://{netloc}", allow_http=True).origin
    policy = Policy(parse_allow_list("127.0.0.0/8:*"))
    with Network(policy, user_agent=USER_AGENT) as network, ThreadPoolExecutor(THREADS) as pool:

        def one(number: int) -> int:
            login = Login(server, f"made-up-{number}", Secret("made-up"), http_allowed=True)
            evidence, verdict = check(login, Need(), network, now=datetime.now(UTC))
            if verdict.outcome is not Outcome.VALID:
                raise RuntimeError(verdict.outcome)
            return sum(step.took_ms > 0 for step in evidence.steps)

        started, before = time.perf_counter(), _cpu(resource.RUSAGE_SELF)
        requests = sum(pool.map(one, range(logins)))
        wall = time.perf_counter() - started
    return Run(logins, wall, _cpu(resource.RUSAGE_SELF) - before, requests)


def skopeos(netloc: str, logins: int) -> Run:
    """The same by skopeo, a process for each login."""
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
    return Run(logins, wall, _cpu(resource.RUSAGE_CHILDREN) - before, 0)


def _cpu(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def main(logins: int = 1000, skopeo_logins: int = 200) -> None:
    """Run both and print the figures."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{DELAY_S * 1000:.0f} ms per answer, {THREADS} threads")
    with slow_registry() as netloc:
        ours(netloc, THREADS)  # warm up
        mine = ours(netloc, logins)
        print(f"ours:   {mine.logins} logins in {mine.wall_s:.2f} s, {mine.per_second:.0f}/s")
        print(f"        {mine.requests / mine.logins:.2f} requests a login")
        print(f"        {1000 * mine.cpu_s / mine.logins:.2f} ms of CPU a login")
        print(f"        {1000 * mine.cpu_s / mine.requests:.2f} ms of CPU a request")
        if shutil.which("skopeo") is None:
            print("skopeo is not installed: nothing to compare with")
            return
        theirs = skopeos(netloc, skopeo_logins)
        print(
            f"skopeo: {theirs.logins} logins in {theirs.wall_s:.2f} s, {theirs.per_second:.0f}/s, "
            f"{1000 * theirs.cpu_s / theirs.logins:.1f} ms of CPU a login, "
            f"{SKOPEO_AT_ONCE} at a time"
        )
        print(f"ratio:  {mine.per_second / theirs.per_second:.1f} times as many logins a second")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
