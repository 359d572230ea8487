"""A copy of the product's code, as an image has it, which nobody edits during a test."""

import shutil
from pathlib import Path

from tests.config.installation import PROJECT
from tests.rules.code import PACKAGES

FOLDERS = (*PACKAGES, "cli", "templates", "static")


def copy_code(to: Path) -> Path:
    """Copy the folders that the Dockerfile copies; returns the folder."""
    for folder in FOLDERS:
        shutil.copytree(PROJECT / folder, to / folder)
    shutil.copy2(PROJECT / "manage.py", to / "manage.py")
    return to
