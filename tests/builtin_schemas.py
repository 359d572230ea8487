"""Judges files by the schemas that check-jsonschema brings along."""

import subprocess
import sys
from pathlib import Path

CHECKER = Path(sys.executable).with_name("check-jsonschema")
GITLAB_CI, GITHUB_WORKFLOW = "vendor.gitlab-ci", "vendor.github-workflows"


def faults_by(schema: str, *files: Path) -> str:
    """What the schema finds wrong with the files; nothing: they fit."""
    done = subprocess.run(
        [CHECKER, "--builtin-schema", schema, *files],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return (done.stdout or done.stderr) if done.returncode else ""
