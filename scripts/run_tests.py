"""Runs the tests twice: some on a real PostgreSQL and Redis, then all of them on SQLite.

What does not depend on the database (the marker ``one_database``) runs on SQLite; with ``--long``
on both.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.servers.postgres import postgres  # noqa: E402 - the line above makes it importable
from tests.servers.redis import redis  # noqa: E402 - the same

# One more than there are cores: a test of many processes waits for most of its time.
PROCESSES = max(2, min(4, os.cpu_count() or 2)) + 1
WORKERS = ["-n", str(PROCESSES)]
SERVERS = ("TEST_DATABASE_URL", "TEST_REDIS_URL", "DATABASE_URL", "REDIS_URL")
ON_POSTGRESQL = "(database or journey) and not embedded"
SHORT = "not long and not one_database"


def run(title: str, select: str, env: dict[str, str]) -> int:
    """Run pytest once for the marker expression ``select``; returns its exit status."""
    sys.stdout.write(f"\ntests: {title}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-q", *WORKERS]
    if select:
        command += ["-m", select]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode


def on_postgresql(select: str, env: dict[str, str]) -> int:
    """Run these tests of database and queue, with servers that stop after this run."""
    with postgres() as database_url, redis() as redis_url:
        urls = {"TEST_DATABASE_URL": database_url, "TEST_REDIS_URL": redis_url}
        return run("PostgreSQL and Redis", select, env | urls)


def main() -> int:
    """Stop after a run that fails, so that its summary is the last output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="with the long suites")
    long = parser.parse_args().long
    env = {"HYPOTHESIS_PROFILE": "long" if long else "steady"}
    for name in SERVERS:
        os.environ.pop(name, None)
    status = on_postgresql(ON_POSTGRESQL if long else f"{ON_POSTGRESQL} and {SHORT}", env)
    if status == 0:
        status = run("SQLite and the embedded queue", "" if long else "not long", env)
    return status


if __name__ == "__main__":
    sys.exit(main())
