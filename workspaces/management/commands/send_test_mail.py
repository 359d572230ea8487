"""Sends one mail with the current settings, and reports the result in plain words."""

import time
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from common.links import host_of_site
from common.mail_failures import failure_of
from common.outbox import hand_over
from workspaces.mails.status import MailServer, mail_server
from workspaces.mails.trial_mail import words_for

FAILED, BAD_ADDRESS = 1, 2


class Command(BaseCommand):
    """Sends without outbox and worker: a failure here is one of the mail server."""

    help = "Send a test mail at once. Exit status: 0 taken by the mail server, 1 not, 2 no address."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the e-mail address."""
        parser.add_argument("address", help="the e-mail address to send it to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the mail. Errors use our own words, never text of the mail server."""
        address = str(options["address"])
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError("This is no e-mail address.", returncode=BAD_ADDRESS) from None
        server, began = mail_server(), time.monotonic()
        self.stdout.write(_description(server))
        try:
            hand_over(_test_mail(address))
        except Exception as problem:  # noqa: BLE001  # any failure is reported
            failure = failure_of(problem)
            words = f"It did not leave: {failure.word}. {failure.advice}"
            raise CommandError(words, returncode=FAILED) from None
        if server.folder is not None:
            words = f"It is a file in {server.folder} now; nobody receives it."
            raise CommandError(words, returncode=FAILED)
        took = time.monotonic() - began
        self.stdout.write(f"The mail server took it after {took:.1f} s. Look into the mailbox.")


def _description(server: MailServer) -> str:
    """One line about the mail settings, without the password."""
    if server.folder is not None:
        return "No mail server is set: name one in EMAIL_URL."
    encryption = server.encryption or "no encryption"
    sign_in = "with a sign-in" if server.signs_in else "without a sign-in"
    address = f"{server.host}, port {server.port}"
    return f"Mail server: {address}, {encryption}, {sign_in}, from {server.sender}."


def _test_mail(address: str) -> EmailMultiAlternatives:
    words = words_for()
    headers = {"Message-ID": f"<{uuid4()}@{host_of_site()}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(words.subject, words.text, to=[address], headers=headers)
    mail.attach_alternative(words.html, "text/html")
    return mail
