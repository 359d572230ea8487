"""A process with the product's own settings: takes deeds as lines of JSON, answers in lines."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from tests.config.places import PROJECT


class Desk:
    """The test's side: starts the process, asks it, ends it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.desk"],
                cwd=PROJECT,
                env={**environment, "DJANGO_SETTINGS_MODULE": "config.settings"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, deed: str, **given: Any) -> Any:
        """The answer of a function of `deeds`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([deed, given]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{deed} failed: {self._log.read_text(errors='replace')[-3000:]}"
        return json.loads(line)


def main() -> None:
    """The other side."""
    answers, sys.stdout = sys.stdout, sys.stderr
    import django

    django.setup()
    from django.db import close_old_connections

    deeds = import_module("tests.crash.deeds")
    for line in sys.stdin:
        deed, given = json.loads(line)
        close_old_connections()
        answers.write(json.dumps(getattr(deeds, deed)(**given)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
