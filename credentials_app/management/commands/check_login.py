"""Check one login, or those of a file, and store nothing: no database, no queue, no keys."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Never

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from credentials_app.management.check_login.arguments import (
    CheckArguments,
    FileArguments,
    UsageFault,
    read_arguments,
)
from credentials_app.management.check_login.file_checks import Row, check_entries
from credentials_app.management.check_login.output import CheckOutput, as_json, as_text
from credentials_app.management.check_login.table import (
    NOT_CONCLUSIVE,
    as_table,
    rows_as_json,
    status_of,
    worst_status,
)
from registry.addresses.origins import Origin
from registry.check import USER_AGENT, check
from registry.egress.guard import Policy
from registry.login import Login, Need
from registry.providers import PROVIDERS
from registry.transport.network import Network

USAGE = 64


class UsageParser(CommandParser):
    """An argument parser whose errors end with exit status 64 (EX_USAGE of sysexits.h)."""

    def error(self, message: str) -> Never:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


class Command(BaseCommand):
    """`check_login SERVER --username U --password-stdin`, or `check_login --config FILE`."""

    help = (
        "Check one login against its registry, or each login of a file; nothing is stored. Exit "
        "status: 0 valid, 1 not valid (in a file: at least one), 2 could not be told, "
        "64 wrong usage."
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
        parser.add_argument(
            "server", nargs="?", default="", help="host, host:port or URL of the registry"
        )
        parser.add_argument("--username", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password or token from standard input (there is no other way)",
        )
        parser.add_argument(
            "--provider", default="", choices=[provider.slug for provider in PROVIDERS]
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
            help="a sign-in host that may get the password; with http:// in front also "
            "unencrypted, if the registry is asked over http too",
        )
        parser.add_argument(
            "--allow-private",
            action="append",
            default=[],
            metavar="ENTRY",
            help="a private network that may be called: host[:port] or CIDR[:port], port * is any",
        )
        parser.add_argument("--allow-http", action="store_true", help="take http for this server")
        parser.add_argument(
            "--no-probe",
            action="store_true",
            help="send no made-up login; without it, a registry of no known provider that lets the "
            "login in gets one too, which shows whether it accepts everything (a failed login)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of text")
        parser.add_argument(
            "--config",
            default="",
            metavar="FILE",
            help="check each login of docker's config.json, podman's auth.json or Kubernetes "
            "secrets (YAML or JSON); - is standard input",
        )
        parser.add_argument(
            "--plain-http",
            action="append",
            default=[],
            metavar="HOST[:PORT]",
            help="with --config: a server of the file that is asked over unencrypted http",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            arguments = read_arguments(options)
        except UsageFault as fault:
            self.stderr.write(f"check_login: {fault}")
            raise SystemExit(USAGE) from None
        for warning in arguments.warnings:
            self.stderr.write(f"check_login: warning: {warning}")
        status, text = self._guarded(arguments, options)
        self.stdout.write(text)
        raise SystemExit(status)

    def _guarded(
        self, arguments: CheckArguments | FileArguments, options: dict[str, Any]
    ) -> tuple[int, str]:
        """A bug of ours must not look like a verdict, and its text could contain a secret."""
        try:
            if isinstance(arguments, FileArguments):
                rows = _check_file(arguments)
                return worst_status(rows), rows_as_json(rows) if options["json"] else as_table(rows)
            report = _check(arguments)
            status = status_of(report.verdict.outcome)
            return status, as_json(report) if options["json"] else as_text(report)
        except Exception as fault:  # the edge of a command, like that of a task
            if options["traceback"]:
                raise
            self.stderr.write(f"check_login: a fault of Lockkeeper itself: {type(fault).__name__}")
            raise SystemExit(NOT_CONCLUSIVE) from None


def _network(policy: Policy) -> Network:
    return Network(policy, user_agent=USER_AGENT, proxy=settings.LOCKKEEPER_PROXY)


def _check(arguments: CheckArguments) -> CheckOutput:
    with _network(arguments.policy) as network:
        return _asked(arguments.login, arguments.need, arguments.trusted, network)


def _check_file(arguments: FileArguments) -> list[Row]:
    """Check the logins of a file one by one, so that no registry gets them all at once."""
    need, trusted, http = arguments.need, arguments.trusted, arguments.http_realms
    with _network(arguments.policy) as network:
        return list(
            check_entries(
                arguments.entries,
                arguments.ca_pem,
                arguments.probe,
                lambda login: _asked(replace(login, http_realms=http), need, trusted, network),
            )
        )


def _asked(login: Login, need: Need, trusted: frozenset[Origin], network: Network) -> CheckOutput:
    """One check; a second one if it asks about a sign-in host that the command line trusts."""
    evidence, verdict = check(login, need, network, now=datetime.now(UTC))
    if verdict.asks in trusted:
        pinned = replace(login, recipients=trusted)
        evidence, verdict = check(pinned, need, network, now=datetime.now(UTC))
    return CheckOutput(login.server, evidence, verdict)
