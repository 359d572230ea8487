"""Verifies the chains of the audit log, and names each event that was changed, missing or moved."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workspaces.audit_chain import read_anchors
from workspaces.audit_heads import verify_log


class Command(BaseCommand):
    """It reads, and changes nothing. It ends with 1 if something is wrong."""

    help = "Verify the audit log: its chains, their heads, and anchors that were kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file of anchors."""
        parser.add_argument("--anchors", help="a file of anchors, best from another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, and the number of events."""
        count, findings = verify_log(_anchors(options["anchors"]))
        for finding in findings:
            self.stdout.write(f"{finding.chain}: {finding}")
        if findings:
            raise CommandError(f"The audit log is NOT whole: {len(findings)} findings.")
        self.stdout.write(f"The audit log is whole: {count} events.")


def _anchors(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    try:
        return read_anchors(Path(name).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = f"--anchors: {name} cannot be read as anchors ({type(error).__name__})."
        raise CommandError(words) from None
