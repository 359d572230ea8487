"""Check one login that is stored nowhere: no database, no queue, no keys."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Never

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from credentials_app.management.check_login.arguments import (
    CheckArguments,
    UsageFault,
    read_arguments,
)
from credentials_app.management.check_login.output import CheckOutput, as_json, as_text
from registry.check import USER_AGENT, check
from registry.outcome import Outcome
from registry.providers import PROVIDERS
from registry.transport.network import Network

VALID, NOT_VALID, NOT_CONCLUSIVE, USAGE = 0, 1, 2, 64


class UsageParser(CommandParser):
    """An argument parser whose errors end with exit status 64 (EX_USAGE of sysexits.h)."""

    def error(self, message: str) -> Never:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


class Command(BaseCommand):
    """`manage.py check_login SERVER --username U --password-stdin`."""

    help = (
        "Check one login against its registry; nothing is stored. Exit status: 0 valid, "
        "1 not valid, 2 could not be told, 64 wrong usage."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = UsageParser(
            prog=f"{Path(prog_name).name} {subcommand}", description=self.help, **kwargs
        )
        self.add_base_argument(parser, "--settings", help="Python path of a settings module.")
        self.add_base_argument(parser, "--pythonpath", help="A folder to add to the path.")
        self.add_base_argument(parser, "--traceback", action="store_true", help="Show faults.")
        self.add_base_argument(parser, "--no-color", action="store_true", help="No colors.")
        self.add_base_argument(parser, "--force-color", action="store_true", help="Colors.")
        self.add_arguments(parser)
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("server", help="host, host:port or URL of the registry")
        parser.add_argument("--username", required=True)
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            required=True,
            help="read the password or token from standard input (there is no other way)",
        )
        parser.add_argument(
            "--provider", default="generic", choices=[provider.slug for provider in PROVIDERS]
        )
        parser.add_argument("--repository", default="", help="such as group/project")
        parser.add_argument("--need", default="pull", choices=["pull", "push"])
        parser.add_argument(
            "--expires-on",
            default="",
            metavar="YYYY-MM-DD",
            help="the end date that you know of, where the provider does not tell one",
        )
        parser.add_argument("--ca-file", type=Path, help="PEM of a private authority")
        parser.add_argument(
            "--trust-sign-in",
            action="append",
            default=[],
            metavar="HOST[:PORT]",
            help="a sign-in host that may get the password",
        )
        parser.add_argument(
            "--allow-private",
            action="append",
            default=[],
            metavar="ENTRY",
            help="a private network that may be called: host[:port] or CIDR[:port], port * is any",
        )
        parser.add_argument("--allow-http", action="store_true", help="take http for this server")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            arguments = read_arguments(options)
        except UsageFault as fault:
            self.stderr.write(f"check_login: {fault}")
            raise SystemExit(USAGE) from None
        report = self._report(arguments, show_faults=options["traceback"])
        self.stdout.write(as_json(report) if options["json"] else as_text(report))
        raise SystemExit(_status(report.verdict.outcome))

    def _report(self, arguments: CheckArguments, *, show_faults: bool) -> CheckOutput:
        """A bug of ours must not look like a verdict, and its text could contain a secret."""
        try:
            return _check(arguments)
        except Exception as fault:  # the edge of a command, like that of a task
            if show_faults:
                raise
            self.stderr.write(f"check_login: a fault of Lockkeeper itself: {type(fault).__name__}")
            raise SystemExit(NOT_CONCLUSIVE) from None


def _check(arguments: CheckArguments) -> CheckOutput:
    """One check; a second one if it asks about a sign-in host that the command line trusts."""
    login, need = arguments.login, arguments.need
    proxy = settings.LOCKKEEPER_PROXY
    with Network(arguments.policy, user_agent=USER_AGENT, proxy=proxy) as network:
        evidence, verdict = check(login, need, network, now=datetime.now(UTC))
        if verdict.asks in arguments.trusted:
            pinned = replace(login, recipients=arguments.trusted)
            evidence, verdict = check(pinned, need, network, now=datetime.now(UTC))
    return CheckOutput(login.server, evidence, verdict)


def _status(outcome: Outcome) -> int:
    if outcome is Outcome.VALID:
        return VALID
    return NOT_VALID if outcome.is_conclusive else NOT_CONCLUSIVE
