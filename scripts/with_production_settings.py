"""Runs a management command with the settings of a production server, and random keys."""

import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SITE_URL": "https://lockkeeper.example.org",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "LOCKKEEPER_KEYS": secrets.token_hex(32),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/never-asked",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "EMAIL_URL": "smtp://127.0.0.1:9",
    }
)

from django.core.management import execute_from_command_line  # noqa: E402 - the environment comes first

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
