"""A process with the product's settings that runs actions: one line of JSON in, one out."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from tests.config.installation import PROJECT


class ActionProcess:
    """The side of the test: starts the process, sends actions, ends it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.action_process"],
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

    def do(self, action: str, **given: Any) -> Any:
        """Run a function of the module ``actions``; returns its result."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([action, given]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{action} failed: {self._log.read_text(errors='replace')[-3000:]}"
        return json.loads(line)


def main() -> None:
    """The side of the process: run each action that comes in."""
    answers, sys.stdout = sys.stdout, sys.stderr
    import django

    django.setup()
    from django.db import close_old_connections

    actions = import_module("tests.crash.actions")
    for line in sys.stdin:
        action, given = json.loads(line)
        close_old_connections()
        answers.write(json.dumps(getattr(actions, action)(**given)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
