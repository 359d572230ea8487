"""Examines this instance: one line for each part, with what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.doctor import keys
from config.doctor.examination import examine, examined
from config.doctor.finding import Finding, Severity
from config.runtime.process import keep_private

MARKS = {Severity.OK: "ok      ", Severity.WARNING: "warning ", Severity.PROBLEM: "PROBLEM "}


class Command(BaseCommand):
    """``manage.py doctor`` changes nothing and prints no secret."""

    help = (
        "Examine keys, seals, database, audit log, queue, workers, mail, disk and settings. Exit "
        "status 0: nothing to do; 1: warnings; 2: a problem."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What to leave out, what to add, and how to print."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--stopped",
            action="store_true",
            help="Lockkeeper is stopped: leave queue and workers out",
        )
        parser.add_argument(
            "--all-seals", action="store_true", help="open every sealed value, not a sample"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine everything, print it, and exit with the status of the worst."""
        keep_private()
        found: dict[str, Finding] = {}
        for name, finding in examine(thorough=True, stopped=options["stopped"]):
            if name == "seals" and options["all_seals"]:
                finding = examined(keys.examine_all_seals)
            found[name] = finding
            if not options["json"]:
                self._print(name, finding)
        status = max(finding.status for finding in found.values())
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, status), indent=2))
        if status:
            raise SystemExit(status)

    def _print(self, name: str, finding: Finding) -> None:
        advice = f" {finding.advice}" if finding.advice else ""
        self.stdout.write(f"{MARKS[finding.severity]}{name:<13} {finding.sentence}{advice}")
        self.stdout.flush()


def _as_json(found: dict[str, Finding], status: int) -> dict[str, object]:
    return {
        "status": status,
        "findings": [
            {
                "name": name,
                "severity": finding.severity.value,
                "sentence": finding.sentence,
                "advice": finding.advice,
            }
            for name, finding in found.items()
        ],
    }
