"""Makes the first account where nobody reads a one-time code from a terminal: in containers."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from workspaces.audit import Caller
from workspaces.members import people
from workspaces.models import User
from workspaces.sign_in import setup_code


class Command(BaseCommand):
    """An administrator, from an e-mail address and a password that is typed or piped in."""

    help = "Make the first account, an administrator. The password is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address may be given; a password may not, since others can see command lines."""
        parser.add_argument("--email", default="", help="the e-mail address to sign in with")
        parser.add_argument("--name", default="", help="how the person is called")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses when there is an account already."""
        if not setup_code.is_needed():
            raise CommandError("There is an account already; people come by invitation now.")
        email = options["email"] or _ask("E-mail address: ")
        name = options["name"] or email.partition("@")[0]
        password = getpass("Password: ") if sys.stdin.isatty() else _ask("")
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=name))
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from None
        people.add_person(
            email=email,
            name=name[:100],
            password=password,
            caller=Caller("command"),
            administrator=True,
        )
        self.stdout.write(f"{email} can sign in now, as an administrator.")


def _ask(question: str) -> str:
    """One line of standard input."""
    if sys.stdin.isatty():
        sys.stderr.write(question)
        sys.stderr.flush()
    return sys.stdin.readline().rstrip("\r\n")
