"""Changes the code in many small ways, one at a time, and reports the changes that no test notices.

`make mutate MODULE=…` takes an area, a file or a folder (mutation_selection.py). It works in a copy
of the tree, on SQLite, with mutmut; the tree itself is never written to.
"""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO, NoReturn

from mutation_copy import CONTROL, copy_of_the_tree
from mutation_selection import AREAS, known_files, refuse, select

LEAST_KILLED = 85.0
"""Percent; below it the command fails."""
FOREIGN = (
    "DATABASE_URL", "REDIS_URL", "TEST_DATABASE_URL", "TEST_REDIS_URL", "LOCKKEEPER_DATA",
)  # fmt: skip
"""Variables that would lead the tests to databases or folders of somebody else."""


SHOW_EACH = """
import sys
from mutmut.__main__ import cli
for name in sys.argv[1:]:
    cli(["show", name], standalone_mode=False)
"""


def mutmut(copy: Path, *arguments: str) -> str:
    """Run a command of mutmut in the copy and return its output."""
    show = arguments[0] == "run" and sys.stdout.isatty()
    return run(copy, str(Path(sys.executable).parent / "mutmut"), *arguments, show=show)


def differences(copy: Path, mutants: list[str]) -> str:
    """What each of the mutants changes: ``mutmut show`` for all of them in one process."""
    return run(copy, sys.executable, "-c", SHOW_EACH, *mutants) if mutants else ""


def run(copy: Path, *command: str, show: bool = False) -> str:
    """Run a command in the copy and return its output; ``show`` prints it as it comes, too."""
    environment = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    with subprocess.Popen(
        command,
        cwd=copy,
        env=environment | {"HYPOTHESIS_PROFILE": "steady"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        assert process.stdout  # noqa: S101  # for the types
        try:
            output = _read_all(process.stdout, show=show)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()  # it ends when the last process of the group has ended
            raise
    if process.returncode:
        refuse(f"{output}\n{' '.join(command)} failed; its output is above.")
    return output


def _read_all(stream: IO[bytes], *, show: bool) -> str:
    read = b""
    while chunk := os.read(stream.fileno(), 65536):
        read += chunk
        if show:
            sys.stdout.write(chunk.decode(errors="replace"))
            sys.stdout.flush()
    return read.decode(errors="replace")


def statuses(listed: str) -> dict[str, str]:
    """The status of each mutant, from the output of ``mutmut results``."""
    return dict(re.findall(r"^ +(\S+__mutmut_\d+): (.+)$", listed, re.MULTILINE))


def report(module: str, copy: Path) -> int:
    """Print the mutants that were not killed, then the figures; 0 if enough were killed."""
    found = statuses(mutmut(copy, "results", "--all", "1"))
    control = {name for name in found if name.startswith(f"{CONTROL[:-3].replace('/', '.')}.")}
    if not control or {found.pop(name) for name in control} != {"survived"}:
        refuse("A mutant that no test can notice was killed: the tests fail for another reason.")
    left = sorted(name for name, status in found.items() if status != "killed")
    sys.stdout.write(differences(copy, left))
    count = Counter(found.values())
    share = 100 * count["killed"] / (len(found) or 1)
    others = "".join(f", {n} {status}" for status, n in sorted(count.items()) if status != "killed")
    sys.stdout.write(
        f"\n{module}: {len(found)} mutants, {count['killed']} killed{others}: {share:.1f} %\n"
    )
    return 0 if share >= LEAST_KILLED else 1


def stop(number: int, _frame: object) -> NoReturn:
    """End the command; a second signal does not disturb the removal of the copy."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Mutate what ``arguments`` name; the exit status of the command."""
    if len(arguments) != 1 or not arguments[0]:
        refuse(f"Name what to mutate: make mutate MODULE=common/crypto.py, or {', '.join(AREAS)}.")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    files = known_files()
    selection = select(arguments[0], files)
    sys.stdout.write(f"code:  {' '.join(selection.code)}\ntests: {' '.join(selection.tests)}\n")
    sys.stdout.flush()
    with copy_of_the_tree(files, selection) as copy:
        mutmut(copy, "run", "--max-children", "1")
        return report(arguments[0], copy)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
