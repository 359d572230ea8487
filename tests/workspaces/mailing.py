"""Sends the mails of the outbox, and reads them."""

import re

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from workspaces import tasks

LINK = re.compile(r"http://localhost:8000(/\S+)")


def sent() -> list[EmailMultiAlternatives]:
    """Send all waiting mails; returns every sent mail."""
    tasks.sweep_outbox()
    return [letter for letter in mail.outbox if isinstance(letter, EmailMultiAlternatives)]


def link_in_last_mail() -> str:
    """The path of the link in the newest mail."""
    found = LINK.search(str(sent()[-1].body))
    assert found, "the mail has a link"
    return found[1]
