"""Prints the audit log with its chains, for a verifier that needs nothing else."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workspaces import audit
from workspaces.audit import Caller
from workspaces.audit_heads import anchor_lines, export_lines
from workspaces.models import AuditEvent


class Command(BaseCommand):
    """It goes to standard output, line by line. The export is an event itself."""

    help = (
        "Print the audit log as JSON Lines. workspaces/audit_chain.py verifies the file on any "
        "machine with Python; --anchors prints the heads alone, to be kept elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which part of it."""
        parser.add_argument("--workspace", help="the id of one workspace, also of a deleted one")
        parser.add_argument("--anchors", action="store_true", help="print the heads of the chains")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the lines."""
        if options["anchors"]:
            lines = anchor_lines()
        elif options["workspace"] is None:
            _record("all")
            lines = export_lines()
        else:
            key = _workspace(options["workspace"])
            _record(str(key))
            lines = export_lines([key])
        for line in lines:
            self.stdout.write(line)


def _record(which: str) -> None:
    details = {"action": "JSON Lines", "workspace": which}
    audit.record("audit:log:export", caller=Caller("command"), details=details)


def _workspace(text: str) -> UUID:
    try:
        key = UUID(text)
    except ValueError:
        raise CommandError(f"--workspace: {text} is no id of a workspace.") from None
    if not AuditEvent.objects.filter(workspace_id=key).exists():
        raise CommandError(f"--workspace: the audit log has no event of {key}.")
    return key
