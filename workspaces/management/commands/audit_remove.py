"""Removes old audit events, after it has exported the whole log."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.clock import database_now
from workspaces import audit_retention

LEAST_DAYS = 90


class Command(BaseCommand):
    """Nothing is removed unless the export was written and verified."""

    help = (
        "Export the whole audit log to a new file, verify the file, then remove old events. Each "
        "log keeps an event that names the last one removed, by which audit_verify goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Age and file."""
        parser.add_argument("--older-than", type=int, required=True, metavar="DAYS")
        parser.add_argument("--export", required=True, metavar="FILE", help="a file to be made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, verify, remove."""
        days, file = options["older_than"], Path(options["export"])
        if days < LEAST_DAYS:
            raise CommandError(f"--older-than: at least {LEAST_DAYS} days.")
        last = audit_retention.last_numbers()
        try:
            count = audit_retention.export_to(file)
        except FileExistsError:
            raise CommandError(f"--export: {file} exists. Name a new file.") from None
        except OSError as error:
            raise CommandError(f"--export: {file}: {error.strerror}.") from None
        except audit_retention.NotWhole as found:
            words = f"Nothing is removed, because the log is NOT whole. {found}"
            raise CommandError(f"{words} Run audit_verify; {file} has the log.") from None
        cutoff = database_now() - timedelta(days=days)
        removed = audit_retention.remove_before(cutoff, exported=last)
        self.stdout.write(f"{file} has {count} events; {removed} of them are removed here.")
