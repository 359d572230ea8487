"""Generates a sealing key."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from common.crypto import KEY_BYTES


class Command(BaseCommand):
    """Prints a new key and stores nothing."""

    help = "Print a new sealing key. Keep it in a file that only its owner can read."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the key as one line."""
        self.stdout.write(secrets.token_hex(KEY_BYTES))
