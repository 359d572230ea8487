"""Verifies the chains of the audit log, and names each event that was changed, missing or moved."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workspaces.audit_chain import Anchors, read_anchors
from workspaces.audit_gaps import without_gaps
from workspaces.audit_heads import verify_log


class Command(BaseCommand):
    """It reads, and changes nothing. It ends with 1 if something is wrong."""

    help = "Verify the audit log: its chains, their heads, and anchors that were kept elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file of anchors."""
        parser.add_argument("--anchors", help="a file of anchors, best from another machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each finding, and the number of events."""
        anchors, gone = _anchors(options["anchors"])
        count, findings = verify_log(anchors)
        for finding in findings:
            self.stdout.write(f"{finding.chain}: {finding}")
        if gone:
            self.stdout.write(f"{gone} anchors name events that a restore took away, as it says.")
        if findings:
            raise CommandError(f"The audit log is NOT whole: {len(findings)} findings.")
        self.stdout.write(f"The audit log is whole: {count} events.")


def _anchors(name: str | None) -> tuple[dict[str, Anchors], int]:
    """The anchors of the file without those that a restore explains, and how many these are."""
    if name is None:
        return {}, 0
    try:
        given = read_anchors(Path(name).read_text(encoding="utf-8").splitlines())
        left = without_gaps(given)
    except (OSError, ValueError, KeyError, TypeError) as error:
        words = f"--anchors: {name} cannot be read as anchors ({type(error).__name__})."
        raise CommandError(words) from None
    return left, _count(given) - _count(left)


def _count(anchors: Mapping[str, Anchors]) -> int:
    return sum(len(places) for numbers in anchors.values() for places in numbers.values())
