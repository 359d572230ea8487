"""The code of the product as an image has it: a copy that nobody edits, with its static files."""

import shutil
from pathlib import Path

from tests.config.places import PROJECT

FOLDERS = ("registry", "common", "workspaces", "credentials_app", "config", "templates", "static")


def copy_code(to: Path) -> Path:
    """Copy what the Dockerfile copies for a running product; gives the folder."""
    for folder in FOLDERS:
        shutil.copytree(PROJECT / folder, to / folder)
    shutil.copy2(PROJECT / "manage.py", to / "manage.py")
    return to
