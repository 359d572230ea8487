"""Prints a link with which one person sets a new password, where no mail can carry it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User

SECONDS_OF_AN_HOUR = 3600


class Command(BaseCommand):
    """The link goes to standard output alone; no page, mail or log has it."""

    help = "Print a link for a new password of one account. Give it to that person only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the e-mail address."""
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link and add an audit event."""
        person = User.objects.filter(email__iexact=str(options["address"]).strip()).first()
        if person is None:
            raise CommandError("No account has this address.")
        if person.standing:
            raise CommandError(
                f"{person.email}: {person.standing}. Run person bring-back {person.email} first."
            )
        audit.record("accounts:password:link", target=person, caller=Caller("command"))
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        self.stdout.write(get_adapter().get_reset_password_from_key_url(key))
        hours = settings.PASSWORD_RESET_TIMEOUT // SECONDS_OF_AN_HOUR
        self.stderr.write(f"It works once, for {hours} hours. Whoever has it gets the account.")
