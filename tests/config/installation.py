"""An installation of Lockkeeper for a test: data folder, environment and commands."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
KEY = "5d3a91c0b2e47f6889aabbccddeeff00112233445566778899a0b1c2d3e4f506"
OTHER_KEY = "91bc07de0f1e2d3c4b5a69788796a5b4c3d2e1f0fedcba98765432100a1b2c3d"
SECRET_KEY = "made-up-secret-key-for-a-place-0123456789-abcdefghij"


@dataclass
class Installation:
    """A folder, and the environment of its processes."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The folder that LOCKKEEPER_DATA names."""
        return self.folder / "data"

    def variables(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """The environment with ``changes``; None removes a variable."""
        base = {"PATH": os.environ["PATH"], "LOCKKEEPER_DATA": str(self.data)} | self.environment
        changed = base | {name: value for name, value in changes.items() if value is not None}
        return {name: value for name, value in changed.items() if changes.get(name, "") is not None}

    def run(
        self,
        *command: str,
        changes: Mapping[str, str | None] | None = None,
        said: str = "",
        within_s: int = 150,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; ``said`` is its standard input."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env=self.variables(changes or {}),
            capture_output=True,
            text=True,
            input=said,
            timeout=within_s,
            check=False,
        )


def production(folder: Path) -> Installation:
    """An installation with everything that production needs."""
    installation = Installation(
        folder,
        {
            "SECRET_KEY": SECRET_KEY,
            "LOCKKEEPER_KEYS": KEY,
            "SITE_URL": "https://keys.example.org",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        },
    )
    installation.data.mkdir(parents=True, exist_ok=True)
    return installation


def collected(folder: Path) -> Path:
    """Collect the static files with production's settings; returns their folder."""
    installation = Installation(folder, {"LOCKKEEPER_EMBEDDED": "1"})
    done = installation.run("manage.py", "collectstatic", "--noinput")
    assert done.returncode == 0, done.stderr
    return installation.data / "static"
