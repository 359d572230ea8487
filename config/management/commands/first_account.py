"""Adds the first account in containers, where nobody reads a one-time code in a terminal."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from registry.providers.tokens_in_text import has_token
from workspaces.audit import Caller
from workspaces.members import people
from workspaces.models import User
from workspaces.plain_form import TOKEN_HERE
from workspaces.sign_in import setup_code


class Command(BaseCommand):
    """Adds an administrator. The password is typed, or read from a pipe."""

    help = "Make the first account, an administrator. The password is read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        """No argument for the password: other users of the machine can see command lines."""
        parser.add_argument("--email", default="", help="the e-mail address to sign in with")
        parser.add_argument("--name", default="", help="the name of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the account, if the instance has none yet."""
        if not setup_code.is_needed():
            raise CommandError("There is an account already; people come by invitation now.")
        email = options["email"] or _ask("E-mail address: ")
        name = options["name"] or email.partition("@")[0]
        password = getpass("Password: ") if sys.stdin.isatty() else _ask("")
        try:
            validate_email(email)
            if has_token(email) or has_token(name):
                raise ValidationError(TOKEN_HERE)
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        people.add_person(
            email=email,
            name=name[:100],
            password=password,
            caller=Caller("command"),
            administrator=True,
        )
        self.stdout.write(f"{email} can sign in now, as an administrator.")


def _ask(question: str) -> str:
    """Read one line of standard input, after a question if it is a terminal."""
    if sys.stdin.isatty():
        sys.stderr.write(question)
        sys.stderr.flush()
    return sys.stdin.readline().rstrip("\r\n")
